using Resilience.Http.Telemetry;

namespace Resilience.Http.Requests;

/// <summary>
/// The body of a request that has none and must not be repeated. SocketsHttpHandler itself repeats a request without content, POST
/// included, up to three times when the server closes the connection before the first byte of a response. A request with content it sends
/// once.
/// </summary>
/// <remarks>Not shared: to dispose of the request disposes of this too, and handlers may add headers to it.</remarks>
internal sealed class EmptyContent() : ByteArrayContent([])
{
    /// <summary>
    /// Whether a request needs it. HTTP/1.1 has Content-Length: 0 either way, except for DELETE, GET, HEAD and OPTIONS. CONNECT has no
    /// content. With HTTP/2 or HTTP/3 it would add a frame, so it is left out if no HTTP/1.1 can be spoken. A browser repeats nothing and
    /// refuses a GET with a body.
    /// </summary>
    public static bool IsNeededFor(HttpRequestMessage request, RequestSettings settings) =>
        request.Content is null
        && (settings.AllowRetry == false || !HttpMethods.IsIdempotent(request.Method))
        && request.Method != HttpMethod.Connect
        && MayBeHttp1(request)
        && !OperatingSystem.IsBrowser();

    private static bool MayBeHttp1(HttpRequestMessage request) =>
        request.Version.Major < 2 || request.VersionPolicy == HttpVersionPolicy.RequestVersionOrLower;
}
