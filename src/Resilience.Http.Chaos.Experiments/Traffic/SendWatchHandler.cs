using Resilience.Http.Pipeline;

namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>
/// Around the fault handler: counts each request that a client sends while a probe watches, whether it meets a fault or not.
/// </summary>
internal sealed class SendWatchHandler(WatchedClient client) : DelegatingHandler, ITransparentHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Count();
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Count();
        return base.Send(request, cancellationToken);
    }

    private void Count()
    {
        foreach (var watch in client.Watches)
        {
            watch.Sent();
        }
    }
}
