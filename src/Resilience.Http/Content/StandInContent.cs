using System.Net;

namespace Resilience.Http.Content;

/// <summary>
/// Stands in for a content that may still be written after the response has begun (HTTP/2): one of the user's own, such as the stream of
/// a gRPC
/// call. For all others see <see cref="WaitingStandInContent"/>.
/// </summary>
internal sealed class StandInContent(RequestBody body) : HttpContent, IStandIn
{
    public RequestBody Body => body;

    /// <summary>
    /// Makes the stand-in for a body. HttpClient decides by the class whether it waits for the end of a body, so that is the original's.
    /// </summary>
    public static HttpContent For(RequestBody body) =>
        body.Original is StreamContent or MultipartContent or ByteArrayContent
        || body.Original.GetType().Assembly == typeof(HttpContent).Assembly
            ? new WaitingStandInContent(body)
            : new StandInContent(body);

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
