using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

internal sealed class AttemptTimeoutHandler(ResilientService service) : ResilienceHandler(service)
{
    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        NextAsync(request, context, async, cancellationToken);
}
