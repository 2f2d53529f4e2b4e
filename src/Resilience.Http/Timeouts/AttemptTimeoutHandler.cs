using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Cancels an attempt at its own limit or at the deadline of the call, whichever comes first, and reports which it was.</summary>
internal sealed class AttemptTimeoutHandler(ServiceState service) : AttemptHandler(service)
{
    /// <summary>
    /// How late a total timeout fires at most when this process is behind: before <see cref="HttpClient.Timeout"/>, a second after it.
    /// </summary>
    private static readonly TimeSpan LongestOverrun = TimeSpan.FromMilliseconds(500);

    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.GetOrCreate(service.Host);
    private readonly TimeoutTelemetry _report = TimeoutTelemetry.GetOrCreate(service);
    private readonly HttpClientTimeoutMonitor _client = HttpClientTimeoutMonitor.GetOrCreate(service);

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var deadline = Math.Min(AttemptDeadline(context), context.Deadline);
        if (deadline <= context.AttemptStartedAt)
        {
            return Task.FromException<HttpResponseMessage>(TimedOut(context, null, delay: null));
        }

        if (deadline == long.MaxValue)
        {
            return NextAsync(request, context, async, cancellationToken);
        }

        var source = _leases.RentInto(ref context.Held<TimeoutSource>());
        var lastMoment = context.Deadline == long.MaxValue ? long.MaxValue : _leases.Clock.After(context.Deadline, LongestOverrun);
        source.Begin(context.AttemptStartedAt, deadline, _report.Log, cancellationToken, lastMoment);
        context.Body?.Begin(new UploadLimit(source, AttemptLimit(context), context.Deadline));
        return NextAsync(request, context, async, source.Token);
    }

    internal override Task<HttpResponseMessage> End(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context)
    {
        ref var held = ref context.Held<TimeoutSource>();
        var source = held is { IsInUse: true } ? held : null; // An attempt without a limit has none.
        if (!attempt.IsCompletedSuccessfully && context.FiredTimeout is null)
        {
            return EndFailed(attempt, request, context, source);
        }

        if (source is not null)
        {
            _leases.ReturnFrom(ref held);
        }

        return attempt;
    }

    /// <summary>
    /// Reports before it ends the use of the source, which knows until then whether it has fired. It also ends it if the user's code
    /// throws, such as a listener of metrics: otherwise the source would stay with the pooled context, cancelled. Separate from
    /// <see cref="End"/>, so that a success does not pay for it.
    /// </summary>
    private Task<HttpResponseMessage> EndFailed(
        Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, TimeoutSource? source)
    {
        try
        {
            return Explain(attempt, request, context, source);
        }
        finally
        {
            if (source is not null)
            {
                _leases.ReturnFrom(ref context.Held<TimeoutSource>());
            }
        }
    }

    /// <summary>The caller's cancellation, a limit of this chain, or neither: whatever the exception looks like.</summary>
    private Task<HttpResponseMessage> Explain(
        Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, TimeoutSource? source)
    {
        if (context.CallerToken.IsCancellationRequested)
        {
            _client.RecordExternalCancellation(context);
            var exception = attempt.Outcome(request).Exception!;
            return CallerCancellation.Replaces(exception, context.CallerToken)
                ? Task.FromException<HttpResponseMessage>(CallerCancellation.From(exception, context.CallerToken))
                : attempt;
        }

        return source is { HasFired: true }
            ? Task.FromException<HttpResponseMessage>(TimedOut(context, attempt.Outcome(request).Exception, source.Delay))
            : attempt;
    }

    private RequestTimedOutException TimedOut(CallContext context, Exception? cause, ProcessDelay? delay)
    {
        // If both limits fall together the attempt's wins.
        var scope = AttemptDeadline(context) <= context.Deadline ? TimeoutScope.Attempt : TimeoutScope.Total;
        return _report.TimedOut(context, scope, cause, delay);
    }

    /// <summary>Counts from the start of the attempt, and starts again with each write of the body that the connection has taken.</summary>
    private long AttemptDeadline(CallContext context) =>
        AttemptLimit(context) is var limit && limit == long.MaxValue ? limit : context.LastMoveAt + limit;

    private long AttemptLimit(CallContext context) => context.AttemptTimeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : _leases.Clock.After(0, context.AttemptTimeout);
}
