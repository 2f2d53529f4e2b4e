using System.Net;

namespace Resilience.Http.Fallback;

/// <summary>A response body that is copied while the caller reads it. Streaming stays streaming; a caller that never reads costs nothing.</summary>
internal sealed class RecordingContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly int _maxBody;
    private readonly Action<byte[]> _keep;

    public RecordingContent(HttpContent inner, int maxBody, Action<byte[]> keep)
    {
        _inner = inner;
        _maxBody = maxBody;
        _keep = keep;
        foreach (var header in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        Recording(_inner.ReadAsStream(cancellationToken));

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        Recording(await _inner.ReadAsStreamAsync().ConfigureAwait(false));

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Recording(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

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
        }

        base.Dispose(disposing);
    }

    private RecordingStream Recording(Stream body) => new(body, _maxBody, _keep);
}
