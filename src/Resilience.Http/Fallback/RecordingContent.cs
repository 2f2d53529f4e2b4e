using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>A response body that is copied while the caller reads it. Streaming stays streaming; a caller that never reads costs nothing.</summary>
internal sealed class RecordingContent(HttpContent inner, int maxBody, Action<byte[]> keep) : WrappedContent(inner)
{
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

    private void KeepWhole(byte[] body)
    {
        if (!_disposed)
        {
            keep(body);
        }
    }
}
