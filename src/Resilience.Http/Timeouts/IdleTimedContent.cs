using Resilience.Http.Content;

namespace Resilience.Http.Timeouts;

/// <summary>
/// The body of a response, read under a <see cref="BodyIdleLimit"/>; the same headers, length and disposal as the body it stands for.
/// </summary>
internal sealed class IdleTimedContent(HttpContent inner, BodyIdleLimit limit) : WrappedContent(inner)
{
    protected override bool TryComputeLength(out long length)
    {
        var known = Inner.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    protected override Stream Wrap(Stream body) => IsLeftToInner(body) ? body : new IdleTimedStream(body, limit);

    /// <summary>
    /// What can be rewound does not come from a connection: nothing to wait for, and it may be read more than once. What can be written to
    /// is a tunnel (a WebSocket over HTTP/2, which is a CONNECT answered with 200): silence is its right, and it must stay writable.
    /// </summary>
    protected override bool IsLeftToInner(Stream body) => IsRewindable || body.CanWrite;
}
