using System.Net;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>Answers 200 after one turn through the thread pool, as every answer from a socket comes.</summary>
internal sealed class YieldingServer : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
    }
}
