using System.Net.Sockets;
using System.Security.Authentication;

namespace Resilience.Http.Chaos.Faults;

/// <summary>
/// The exceptions that SocketsHttpHandler throws, as seen on .NET 10 with real sockets; tests compare them with real ones again. Their
/// texts come from the system, so that they read as those of this machine do.
/// </summary>
internal static class RealFailures
{
    private const string WhileSending = "An error occurred while sending the request.";

    /// <summary>A connection that the other side cut after it had the request (TCP RST).</summary>
    public static Exception Reset(HttpRequestMessage request)
    {
        var socket = new SocketException((int)SocketError.ConnectionReset);
        return Unknown(new IOException($"Unable to read data from the transport connection: {socket.Message}.", socket));
    }

    /// <summary>A port that no process listens on.</summary>
    public static Exception ConnectionRefused(HttpRequestMessage request) =>
        OfSocket(HttpRequestError.ConnectionError, SocketError.ConnectionRefused, request);

    public static Exception Create(HttpRequestError error, HttpRequestMessage request) => error switch
    {
        HttpRequestError.NameResolutionError => OfSocket(error, SocketError.HostNotFound, request),
        HttpRequestError.ConnectionError => OfSocket(error, SocketError.HostUnreachable, request),
        HttpRequestError.SecureConnectionError => new HttpRequestException(
            error,
            "The SSL connection could not be established, see inner exception.",
            new AuthenticationException("The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot")),
        HttpRequestError.ResponseEnded => new HttpRequestException(
            error, WhileSending, new HttpIOException(error, "The response ended prematurely.")),
        HttpRequestError.HttpProtocolError => new HttpRequestException(
            error, WhileSending, new HttpProtocolException(
                0x1, "The HTTP/2 server sent invalid data on the connection. HTTP/2 error code 'PROTOCOL_ERROR' (0x1).", null)),
        HttpRequestError.InvalidResponse => new HttpRequestException(error, "Received an invalid status line."),
        HttpRequestError.Unknown => Unknown(new IOException("The request was aborted.")),
        _ => new HttpRequestException(error, $"The request failed: {error}."),
    };

    private static HttpRequestException Unknown(IOException inner) => new(HttpRequestError.Unknown, WhileSending, inner);

    private static HttpRequestException OfSocket(HttpRequestError error, SocketError code, HttpRequestMessage request)
    {
        var socket = new SocketException((int)code);
        return new(error, $"{socket.Message} ({request.RequestUri?.IdnHost}:{request.RequestUri?.Port})", socket);
    }
}
