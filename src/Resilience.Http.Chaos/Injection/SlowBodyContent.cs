using System.Net;

namespace Resilience.Http.Chaos.Injection;

/// <summary>The body of a response at a pace of its own. Its headers, the length included, are those of the body it slows down.</summary>
internal sealed class SlowBodyContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly int _bytesPerSecond;
    private readonly TimeProvider _clock;
    private readonly FaultPlace _place;

    public SlowBodyContent(HttpContent inner, int bytesPerSecond, TimeProvider clock, FaultPlace place)
    {
        _inner = inner;
        _bytesPerSecond = bytesPerSecond;
        _clock = clock;
        _place = place;
        foreach (var header in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Slow(_inner.ReadAsStream(cancellationToken));

    protected override async Task<Stream> CreateContentReadStreamAsync() => Slow(await _inner.ReadAsStreamAsync().ConfigureAwait(false));

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Slow(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var body = CreateContentReadStream(cancellationToken);
        body.CopyTo(stream);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        // The length header, where the server sent one, was copied; nothing else is known before the end.
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _place.Dispose();
        }

        base.Dispose(disposing);
    }

    private SlowStream Slow(Stream body) => new(body, _bytesPerSecond, _clock, _place);
}
