using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// Notes the deadline of the call. Who waits or sends keeps to it: the attempt timeout cuts an attempt at it, the retry never waits past it.
/// So the deadline costs no timer of its own, and an attempt that it cuts is known as such inside the circuit breaker.
/// </summary>
internal sealed class TotalTimeoutHandler(ResilientService service) : ResilienceHandler(service)
{
    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.Of(service.Host);

    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        if (context.TotalTimeout != Timeout.InfiniteTimeSpan)
        {
            context.Deadline = _leases.DeadlineAfter(context.StartedAt, context.TotalTimeout);
        }

        return NextAsync(request, context, async, cancellationToken);
    }
}
