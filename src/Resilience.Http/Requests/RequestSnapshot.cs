using System.Net.Http.Headers;

namespace Resilience.Http.Requests;

/// <summary>
/// What the caller sent, so that each attempt can send it again whatever the one before did to the request: a redirect replaces the URI,
/// turns POST into GET, drops the content and removes Authorization; inner handlers add and change headers. The options of the request are
/// left as they are, since handlers keep there what they know of a call. Kept with the pooled context, so it allocates nothing per call.
/// </summary>
internal sealed class RequestSnapshot
{
    private const string IdempotencyKey = "Idempotency-Key";

    private KeyValuePair<string, HeaderStringValues>[] _headers = new KeyValuePair<string, HeaderStringValues>[8];
    private int _ofRequest;
    private int _count;
    private Uri? _uri;
    private Version _version = null!;
    private HttpVersionPolicy _versionPolicy;
    private HttpContent? _callersContent;
    private long _bodyBegins;

    public bool IsTaken { get; private set; }

    public HttpMethod Method { get; private set; } = null!;

    /// <summary>The body that is sent: the caller's own, or the one in its place.</summary>
    public HttpContent? Content { get; private set; }

    /// <summary>Whether the caller named this piece of work, so that the server can tell a second sending from a second order.</summary>
    public bool HasIdempotencyKey
    {
        get
        {
            foreach (var (name, value) in _headers.AsSpan(0, _ofRequest))
            {
                if (name.Equals(IdempotencyKey, StringComparison.OrdinalIgnoreCase))
                {
                    return !string.IsNullOrWhiteSpace(value.ToString());
                }
            }

            return false;
        }
    }

    /// <summary>Notes what the request is now. The header entries are copied unparsed, which neither validates nor changes them.</summary>
    public void Take(HttpRequestMessage request)
    {
        IsTaken = true;
        TakeKind(request);
        _uri = request.RequestUri;
        Copy(request.Headers);
        _ofRequest = _count;
        if (request.Content is { } content)
        {
            _callersContent = Content = content;
            _bodyBegins = BodyStream.Beginning(content);
            Copy(content.Headers);
        }
    }

    /// <summary>Sends another content in place of the caller's, with the same headers, until <see cref="ReturnContent"/>.</summary>
    public void SendInstead(HttpContent content, HttpRequestMessage request)
    {
        Content = content;
        request.Content = content;
        Restore(content.Headers, _headers.AsSpan(_ofRequest, _count - _ofRequest));
    }

    /// <summary>Makes the request again what it was when the snapshot was taken; says whether it could, which it cannot once the request was disposed of.</summary>
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

    /// <summary>The call has ended: the caller's own content stands in the request again, to be disposed with it.</summary>
    public void ReturnContent(HttpRequestMessage request)
    {
        if (ReferenceEquals(Content, _callersContent) || !ReferenceEquals(request.Content, Content))
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

    /// <summary>Forgets what was the caller's own, so that an idle context holds on to nobody's headers.</summary>
    public void Clear()
    {
        if (!IsTaken)
        {
            return;
        }

        _headers.AsSpan(0, _count).Clear();
        _count = _ofRequest = 0;
        IsTaken = false;
        _uri = null;
        _callersContent = Content = null;
    }

    /// <summary>Mostly the same objects as those of the call before, which were left here for that: to look costs less than to write a reference.</summary>
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
        Restore(request.Headers, _headers.AsSpan(0, _ofRequest));
        if (Content is not null)
        {
            Content.Headers.Clear();
            try
            {
                BodyStream.Rewind(Content, _bodyBegins);
            }
            finally
            {
                Restore(Content.Headers, _headers.AsSpan(_ofRequest, _count - _ofRequest)); // Also where only its stream was disposed of: the caller has it still.
            }
        }
    }

    private static void Restore(HttpHeaders headers, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> entries)
    {
        headers.Clear();
        foreach (var (name, values) in entries)
        {
            if (values.Count == 1)
            {
                headers.TryAddWithoutValidation(name, values.ToString());
            }
            else
            {
                headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    private void Copy(HttpHeaders headers)
    {
        foreach (var entry in headers.NonValidated)
        {
            if (_count == _headers.Length)
            {
                Array.Resize(ref _headers, 2 * _count);
            }

            _headers[_count++] = entry;
        }
    }
}
