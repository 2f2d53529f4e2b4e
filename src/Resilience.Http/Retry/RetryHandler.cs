using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

internal sealed class RetryHandler(ResilientService service) : ResilienceHandler(service)
{
    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        context.BeginAttempt(request);
        return NextAsync(request, context, async, cancellationToken);
    }
}
