using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>A response body that is copied while the caller reads it. Streaming stays streaming; a caller that never reads costs nothing.</summary>
internal sealed class RecordingContent(HttpContent inner, int maxBody, Action<byte[]> keep) : WrappedContent(inner)
{
    protected override Stream Wrap(Stream body) => new RecordingStream(body, maxBody, keep);
}
