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

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        KeepUnderClientTimeout(context);
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

    private void KeepUnderClientTimeout(CallContext context)
    {
        var longest = Service.LongestTotal;
        if (longest == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        if (context.Settings.TotalTimeout is { } asked && TimeLimit.Shorter(asked, longest) != asked)
        {
            HttpClientTimeoutMonitor.GetOrCreate(Service).RecordExceeded(asked, longest);
        }

        context.LimitTotal(longest);
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
            return Task.FromException<HttpResponseMessage>(TimeoutTelemetry.GetOrCreate(Service).NothingLeft(request, context));
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
            var report = TimeoutTelemetry.GetOrCreate(Service);
            new BodyIdleLimit(_leases, report, context.Options.BodyIdleTimeout, request.RequestUri).Guard(response);
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
