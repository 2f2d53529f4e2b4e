using System.Net;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>The body of a response, read under a <see cref="BodyIdleLimit"/>; the same headers, length and disposal as the body it stands for.</summary>
internal sealed class IdleTimedContent(HttpContent inner, BodyIdleLimit limit) : WrappedContent(inner)
{
    /// <summary>Kept: the inner content gives its stream either synchronously or asynchronously, and only the first way again.</summary>
    private Stream? _body;
    private bool _consumed;

    protected override bool TryComputeLength(out long length)
    {
        var known = Inner.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        _body ??= await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return Wrap(_body);
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        _body ??= Inner.ReadAsStream(cancellationToken);
        return Wrap(_body);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        if (IsLeftAlone(body))
        {
            await Inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using (body.ConfigureAwait(false))
        {
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = CreateContentReadStream(cancellationToken);
        if (IsLeftAlone(body))
        {
            Inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        using (body)
        {
            body.CopyTo(stream);
        }
    }

    protected override Stream Wrap(Stream body)
    {
        if (IsLeftAlone(body))
        {
            return body;
        }

        return Interlocked.Exchange(ref _consumed, true) ? throw AlreadyConsumed() : new IdleTimedStream(body, limit);
    }

    /// <summary>
    /// What can be rewound does not come from a connection: nothing to wait for, and it may be read more than once. What can be written to is
    /// a tunnel (a WebSocket over HTTP/2, which is a CONNECT answered with 200): silence is its right, and it must stay writable.
    /// </summary>
    private static bool IsLeftAlone(Stream body) => body.CanSeek || body.CanWrite;
}
