using System.Net;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>Answers 200 at once, in a task that is already complete: whatever the chain costs stands out most.</summary>
internal sealed class SynchronousServer : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
}
