using System.Net.Sockets;

namespace Resilience.Http.Testing.Server;

/// <summary>The exceptions that real sockets give on .NET 10; a test compares them with real ones.</summary>
internal static class SocketFaults
{
    /// <summary>The peer cut the connection after the request was sent.</summary>
    public static Exception Reset()
    {
        var socket = new SocketException((int)SocketError.ConnectionReset);
        var io = new IOException($"Unable to read data from the transport connection: {socket.Message}.", socket);
        return new HttpRequestException("An error occurred while sending the request.", io);
    }

    /// <summary>No server listens; nothing was sent.</summary>
    public static Exception Refused(HttpRequestMessage request)
    {
        var socket = new SocketException((int)SocketError.ConnectionRefused);
        return new HttpRequestException(
            HttpRequestError.ConnectionError, $"{socket.Message} ({request.RequestUri?.IdnHost}:{request.RequestUri?.Port})", socket);
    }
}
