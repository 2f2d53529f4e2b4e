using Resilience.Http.Content;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Requests;

/// <summary>A second request like the one the caller sent, for a send that overlaps the first.</summary>
internal sealed partial class RequestSnapshot
{
    /// <summary>Whether two sends of the request may overlap without anyone having declared it: it only reads.</summary>
    public bool IsSafe => HttpMethods.IsSafe(Method);

    /// <summary>
    /// Whether two sends at the same time can both have all of the request. The opening of a WebSocket is left out: it is a connection,
    /// not a request.
    /// </summary>
    public bool CanBeCopied =>
        IsTaken
        && !OpensWebSocket
        && (Content is null or EmptyContent || SharedContent.CanShare(OriginalContent!))
        && _headers.Find("Upgrade") is null;

    private HttpContent? OriginalContent => Content is IStandIn standIn ? standIn.Body.Original : Content;

    /// <summary>
    /// A request of its own, with the headers, version and policy that the caller's had. Nothing is read from the caller's request, which
    /// the handlers of another send may be changing right now.
    /// </summary>
    /// <param name="options">What the options of the caller's request were before it was sent.</param>
    public HttpRequestMessage CreateCopy(ReadOnlySpan<KeyValuePair<string, object?>> options)
    {
        var copy = new HttpRequestMessage(Method, _uri) { Version = _version, VersionPolicy = _versionPolicy };
        HeaderSnapshot.Restore(copy.Headers, RequestHeaders);
        if (OriginalContent is { } content)
        {
            copy.Content = new SharedContent(content);
            HeaderSnapshot.Restore(copy.Content.Headers, _headers.OfContent);
        }

        foreach (var (key, value) in options)
        {
            copy.Options.Set(new HttpRequestOptionsKey<object?>(key), value);
        }

        return copy;
    }
}
