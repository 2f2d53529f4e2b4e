using Resilience.Http.Deadlines;
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
            context.EndBy(_leases.Clock.After(context.StartedAt, context.TotalTimeout), TimeoutScope.Total);
        }

        if (AmbientDeadline.Current is { } inherited)
        {
            var reserve = context.Options.Deadline.Reserve;
            var expiresAt = inherited.ExpiresAt(_leases.Clock, context.StartedAt);
            context.EndBy(reserve == TimeSpan.Zero ? expiresAt : _leases.Clock.Before(expiresAt, reserve), TimeoutScope.Incoming);
        }

        if (context.Deadline <= context.StartedAt && context.DeadlineScope != TimeoutScope.Total)
        {
            return Refuse(request, context);
        }

        return context.Options.BodyIdleTimeout == Timeout.InfiniteTimeSpan
            ? NextAsync(request, context, async, cancellationToken)
            : GuardBodyAsync(request, context, async, cancellationToken);
    }

    /// <summary>
    /// No time is left, so nothing is sent: no attempt begins, and neither circuit nor retry budget hear of the call. Apart from
    /// <see cref="SendAsync"/>, so that other calls do not pay for it.
    /// </summary>
    private Task<HttpResponseMessage> Refuse(HttpRequestMessage request, CallContext context)
    {
        var owner = context.TryOwn();
        try
        {
            return Task.FromException<HttpResponseMessage>(_report.NothingLeft(request, context));
        }
        finally
        {
            if (owner)
            {
                context.Return();
            }
        }
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
