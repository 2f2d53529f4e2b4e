using System.Net;

namespace Resilience.Http.Content;

/// <summary>
/// The body of a response whose stream is read through a wrapper. Its headers are those of the body it stands for, and it is disposed of
/// with it.
/// </summary>
internal abstract class WrappedContent : HttpContent
{
    /// <summary>Kept: the inner content gives its stream either synchronously or asynchronously, and only the first way again.</summary>
    private Stream? _body;
    private long _start;
    private bool _taken;

    protected WrappedContent(HttpContent inner)
    {
        Inner = inner;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected HttpContent Inner { get; }

    /// <summary>
    /// Whether the body does not come from a connection, so that it may be read more than once. Known once its stream was asked for.
    /// </summary>
    protected bool IsRewindable { get; private set; }

    protected abstract Stream Wrap(Stream body);

    /// <summary>
    /// Whether the inner content is to copy the body itself: one in memory whose stream somebody has disposed of is still to be had from
    /// it.
    /// </summary>
    protected virtual bool IsLeftToInner(Stream body) => IsRewindable && !body.CanRead;

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Wrap(Take(Body(cancellationToken)));

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Wrap(Take(await BodyAsync(cancellationToken).ConfigureAwait(false)));

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = Body(cancellationToken);
        if (IsLeftToInner(body))
        {
            Inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        var wrapped = Wrap(Take(body));
        try
        {
            wrapped.CopyTo(stream);
        }
        finally
        {
            if (!IsRewindable)
            {
                wrapped.Dispose();
            }
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(cancellationToken).ConfigureAwait(false);
        if (IsLeftToInner(body))
        {
            await Inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        var wrapped = Wrap(Take(body));
        try
        {
            await wrapped.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!IsRewindable)
            {
                await wrapped.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        // The length header, if the server sent one, was copied; nothing else is known before the end.
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// If an inner handler has disposed of the stream, the body comes from the buffer that it was read into before; if there is none,
    /// the inner content says that it was consumed.
    /// </summary>
    private Stream Body(CancellationToken cancellationToken)
    {
        if (_body is { } known)
        {
            return known;
        }

        var body = Inner.ReadAsStream(cancellationToken);
        if (!body.CanRead)
        {
            body = new MemoryStream();
            Inner.CopyTo(body, null, cancellationToken);
            body.Position = 0;
        }

        return Keep(body);
    }

    private async ValueTask<Stream> BodyAsync(CancellationToken cancellationToken)
    {
        if (_body is { } known)
        {
            return known;
        }

        var body = await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (!body.CanRead)
        {
            body = new MemoryStream();
            await Inner.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
            body.Position = 0;
        }

        return Keep(body);
    }

    private Stream Keep(Stream body)
    {
        IsRewindable = body.CanSeek;
        _start = IsRewindable ? body.Position : 0;
        return _body = body;
    }

    /// <summary>
    /// The stream, where the body begins. As the bodies of HttpClient say: half a stream read twice would be half a body taken for a whole
    /// one.
    /// </summary>
    private Stream Take(Stream body)
    {
        if (Interlocked.Exchange(ref _taken, true))
        {
            if (!IsRewindable)
            {
                throw new InvalidOperationException("The stream was already consumed. It cannot be read again.");
            }

            if (body.CanSeek)
            {
                body.Position = _start;
            }
        }

        return body;
    }
}
