using System.Net;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>Reads the body that was sent, then answers 200, at once.</summary>
internal sealed class ReadingServer : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
    }
}
