using System.Net;

namespace Resilience.Http.Timeouts;

/// <summary>The body of a response, read under a <see cref="BodyIdleLimit"/>; the same headers, length and disposal as the body it stands for.</summary>
internal sealed class IdleTimedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyIdleLimit _limit;

    /// <summary>Kept: the inner content gives its stream either synchronously or asynchronously, and only the first way again.</summary>
    private Stream? _body;
    private bool _consumed;

    public IdleTimedContent(HttpContent inner, BodyIdleLimit limit)
    {
        _inner = inner;
        _limit = limit;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known ?? 0;
        return known is not null;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        _body ??= await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return Limited(_body);
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        _body ??= _inner.ReadAsStream(cancellationToken);
        return Limited(_body);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        if (IsInMemory(body))
        {
            await _inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
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
        if (IsInMemory(body))
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        using (body)
        {
            body.CopyTo(stream);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream Limited(Stream body)
    {
        if (IsInMemory(body))
        {
            return body;
        }

        // As the bodies of HttpClient do: half a stream read twice would be half a body taken for a whole one.
        return Interlocked.Exchange(ref _consumed, true)
            ? throw new InvalidOperationException("The stream was already consumed. It cannot be read again.")
            : new IdleTimedStream(body, _limit);
    }

    /// <summary>What can be rewound does not come from a connection: nothing to wait for, and it may be read more than once.</summary>
    private static bool IsInMemory(Stream body) => body.CanSeek;
}
