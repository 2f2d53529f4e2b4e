namespace Resilience.Http.Tests.Retry;

/// <summary>A handler inside the chain that changes the request of every attempt, as redirects and handlers of users do.</summary>
internal sealed class ChangingHandler(Action<HttpRequestMessage> change) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        change(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        change(request);
        return base.Send(request, cancellationToken);
    }
}
