using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker;

internal sealed class CircuitBreakerHandler(ResilientService service) : ResilienceHandler(service)
{
    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        NextAsync(request, context, async, cancellationToken);
}
