using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>A response body that is copied while the caller reads it. Streaming stays streaming; a caller that never reads costs nothing.</summary>
internal sealed class RecordingContent(HttpContent inner, int maxBody, Action<byte[]> keep) : WrappedContent(inner)
{
    private RecordingStream? _first;
    private long _start;

    protected override Stream Wrap(Stream body)
    {
        if (_first is null)
        {
            _start = body.CanSeek ? body.Position : 0;
            return _first = new RecordingStream(body, maxBody, keep);
        }

        if (!body.CanSeek)
        {
            throw AlreadyConsumed();
        }

        // The two share a position, so from here on neither is sure to see the whole body.
        _first.Forget();
        body.Position = _start;
        return body;
    }
}
