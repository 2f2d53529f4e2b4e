using System.Net;

namespace Resilience.Http.Content;

/// <summary>
/// Stands in for a content of HttpClient's own. HttpClient waits until one of those is sent to its end, even if HTTP/2 has the response
/// before, and it knows them by their class: so this one is a <see cref="StreamContent"/>, and only in name.
/// </summary>
internal sealed class WaitingStandInContent(RequestBody body) : StreamContent(Stream.Null), IStandIn
{
    public RequestBody Body => body;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        body.WriteAsync(this, stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.WriteAsync(this, stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body.Write(this, stream, context, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => body.OpenRead(cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync() => body.OpenReadAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        body.OpenReadAsync(cancellationToken);

    protected override bool TryComputeLength(out long length) => body.TryComputeLength(out length);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
