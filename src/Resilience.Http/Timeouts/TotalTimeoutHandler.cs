using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// Notes the deadline of the call. Who waits or sends keeps to it: the attempt timeout cuts an attempt at it, the retry never waits past
/// it. So the deadline costs no timer of its own, and an attempt that it cuts is known as such inside the circuit breaker.
/// </summary>
internal sealed class TotalTimeoutHandler(ServiceState service) : ResilienceHandler(service)
{
    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.GetOrCreate(service.Host);
    private readonly HttpClientTimeoutMonitor _client = HttpClientTimeoutMonitor.GetOrCreate(service);
    private readonly TimeoutTelemetry _report = TimeoutTelemetry.GetOrCreate(service);

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        _client.Limit(context);
        if (context.TotalTimeout != Timeout.InfiniteTimeSpan)
        {
            context.Deadline = _leases.Clock.After(context.StartedAt, context.TotalTimeout);
        }

        return context.Options.BodyIdleTimeout == Timeout.InfiniteTimeSpan
            ? NextAsync(request, context, async, cancellationToken)
            : GuardBodyAsync(request, context, async, cancellationToken);
    }

    private async Task<HttpResponseMessage> GuardBodyAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        try
        {
            var response = await NextAsync(request, context, async, cancellationToken).ConfigureAwait(false);
            new BodyIdleLimit(_leases, _report, context.Options.BodyIdleTimeout, request.RequestUri).Guard(response);
            return response;
        }
        finally
        {
            if (owner)
            {
                context.Return();
            }
        }
    }
}
