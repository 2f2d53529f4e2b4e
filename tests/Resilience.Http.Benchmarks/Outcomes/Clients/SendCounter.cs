namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>The innermost handler: reports each request that leaves the client.</summary>
internal sealed class SendCounter(Action onSend) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        onSend();
        return base.SendAsync(request, cancellationToken);
    }
}
