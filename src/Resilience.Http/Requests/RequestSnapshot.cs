using System.Net.Http.Headers;
using Resilience.Http.Content;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Requests;

/// <summary>
/// What the caller sent, so that each attempt can send it again whatever the one before did to the request: a redirect replaces the URI,
/// turns POST into GET, drops the content and removes Authorization; inner handlers add and change headers. The options of the request are
/// left as they are, since handlers keep there what they know of a call. Kept with the pooled context, so it allocates nothing per call.
/// </summary>
internal sealed partial class RequestSnapshot
{
    private const string IdempotencyKey = "Idempotency-Key";

    /// <summary>
    /// What makes a write fail with 412 if the state of the resource is not the expected one: RFC 9110, 13.1, and the If, Overwrite and
    /// If-Schedule-Tag-Match fields of WebDAV and CalDAV (RFC 4918, 10.4 and 10.6; RFC 6638, 8.3).
    /// </summary>
    private static readonly string[] Preconditions = [
        "If-Match", "If-None-Match", "If-Unmodified-Since", "If", "Overwrite", "If-Schedule-Tag-Match"
    ];

    private readonly HeaderSnapshot _headers = new();
    private Uri? _uri;
    private Version _version = null!;
    private HttpVersionPolicy _versionPolicy;
    private HttpContent? _callersContent;
    private string? _protocol;

    public bool IsTaken { get; private set; }

    public HttpMethod Method { get; private set; } = null!;

    /// <summary>The body that is sent: the caller's own, or the one in its place.</summary>
    public HttpContent? Content { get; private set; }

    /// <summary>Whether the body can be sent again. One without a stand-in is in memory.</summary>
    public bool IsBodyReplayable => Content is not IStandIn standIn || standIn.Body.IsReplayable;

    /// <summary>Whether the caller named this piece of work, so that the server can recognize a second sending of the same order.</summary>
    public bool HasIdempotencyKey => !string.IsNullOrWhiteSpace(_headers.Find(IdempotencyKey));

    /// <summary>
    /// Whether the request changes something, but only if a condition holds: a first sending that did its work may end the condition.
    /// </summary>
    public bool IsConditionalWrite => !HttpMethods.IsSafe(Method) && Preconditions.Any(name => _headers.Find(name) is not null);

    /// <summary>
    /// Whether the request opens a WebSocket over HTTP/2 or HTTP/3 (RFC 8441): CONNECT with a <c>:protocol</c>. Like the upgrade of
    /// HTTP/1.1, which is a GET, it does nothing before the connection is open.
    /// </summary>
    public bool OpensWebSocket => Method == HttpMethod.Connect && _protocol == "websocket";

    /// <summary>The headers of the request, without those of its content.</summary>
    public ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> RequestHeaders => _headers.OfRequest;

    /// <summary>Notes what the request is now. The header entries are copied unparsed, which neither validates nor changes them.</summary>
    public void Take(HttpRequestMessage request)
    {
        IsTaken = true;
        TakeKind(request);
        _uri = request.RequestUri;
        if (HeaderPresence.MayHaveHeaders(request))
        {
            _protocol = request.Headers.Protocol;
            _headers.AddOfRequest(request.Headers);
        }

        if (request.Content is { } content)
        {
            _callersContent = Content = content;
            _headers.AddOfContent(content.Headers);
        }
    }

    /// <summary>Sends another content in place of the caller's, with the same headers, until <see cref="EndCall"/>.</summary>
    public void SendInstead(HttpContent content, HttpRequestMessage request)
    {
        Content = content;
        request.Content = content;
        HeaderSnapshot.Restore(content.Headers, _headers.OfContent);
    }

    /// <summary>
    /// Makes the request again what it was when the snapshot was taken; says whether it could, which it cannot once the request was
    /// disposed of.
    /// </summary>
    public bool TryRestore(HttpRequestMessage request)
    {
        try
        {
            Restore(request);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>
    /// The call has ended: the caller's own content is in the request again, to be disposed with it. A stand-in stays if the original
    /// could be taken for an empty body now.
    /// </summary>
    public void EndCall(HttpRequestMessage request, bool succeeded)
    {
        if (ReferenceEquals(Content, _callersContent))
        {
            return;
        }

        var stays = Content is IStandIn standIn && standIn.Body.EndCall(succeeded);
        if (stays || !ReferenceEquals(request.Content, Content))
        {
            return;
        }

        try
        {
            request.Content = _callersContent;
        }
        catch (ObjectDisposedException)
        {
            // Disposed of while the call ran, and the content with it.
        }
    }

    /// <summary>Forgets what the caller sent, so that an idle context keeps no headers alive.</summary>
    public void Clear()
    {
        if (!IsTaken)
        {
            return;
        }

        _headers.Clear();
        IsTaken = false;
        _uri = null;
        _protocol = null;
        _callersContent = Content = null;
    }

    /// <summary>
    /// Mostly the same objects as those of the call before, which were left here for that: to look costs less than to write a reference.
    /// </summary>
    private void TakeKind(HttpRequestMessage request)
    {
        _versionPolicy = request.VersionPolicy;
        if (!ReferenceEquals(Method, request.Method))
        {
            Method = request.Method;
        }

        if (!ReferenceEquals(_version, request.Version))
        {
            _version = request.Version;
        }
    }

    private void Restore(HttpRequestMessage request)
    {
        request.Method = Method;
        request.RequestUri = _uri;
        request.Version = _version;
        request.VersionPolicy = _versionPolicy;
        request.Content = Content;
        if (RequestHeaders.Length > 0 || HeaderPresence.MayHaveHeaders(request))
        {
            HeaderSnapshot.Restore(request.Headers, RequestHeaders);
            request.Headers.Protocol = _protocol; // Kept apart from the fields, so clearing those leaves it.
        }

        if (Content is not null)
        {
            RestoreContent(Content, _headers.OfContent);
        }
    }

    private static void RestoreContent(HttpContent content, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> entries)
    {
        try
        {
            if (content is IStandIn standIn)
            {
                standIn.Body.Rewind();
            }
            else
            {
                BodyStream.Rewind(content, beginning: 0);
            }
        }
        finally
        {
            // Also if only its stream was disposed of: the caller still has the content. If nothing changed the headers are left alone,
            // since another call may be sending the same content.
            if (!HeaderSnapshot.Matches(content.Headers, entries))
            {
                HeaderSnapshot.Restore(content.Headers, entries);
            }
        }
    }
}
