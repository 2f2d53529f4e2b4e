using Resilience.Http.Content;

namespace Resilience.Http.Fallback;

/// <summary>
/// A response body that is copied while the caller reads it. Streaming stays streaming; a caller that never reads costs nothing.
/// </summary>
internal sealed class RecordingContent(HttpContent inner, int maxBody, Action<byte[]> keep) : WrappedContent(inner)
{
    private readonly long? _length = inner.Headers.ContentLength;
    private RecordingStream? _first;
    private volatile bool _disposed;

    protected override Stream Wrap(Stream body)
    {
        if (_first is null)
        {
            return _first = new RecordingStream(body, maxBody, KeepWhole);
        }

        // The two share a position, so from here on neither is sure to see the whole body.
        _first.Forget();
        return body;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true; // Before the connection's stream is: what is left of it reads as its end.
        base.Dispose(disposing);
    }

    /// <summary>
    /// A body that is not as long as the server said was cut short: HTTP/2 ends such a stream as if it were whole (RFC 9113, 8.1.1).
    /// </summary>
    private void KeepWhole(byte[] body)
    {
        if (!_disposed && (_length ?? body.Length) == body.Length)
        {
            keep(body);
        }
    }
}
