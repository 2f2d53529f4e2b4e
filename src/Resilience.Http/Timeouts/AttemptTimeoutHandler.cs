using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Cancels an attempt at its own limit or at the deadline of the call, whichever comes first, and reports which it was.</summary>
internal sealed class AttemptTimeoutHandler(ServiceState service) : AttemptHandler(service)
{
    private readonly TimeoutLeasePool _leases = ShutdownLimit.Attach(service.Host);
    private readonly ILogger _log = TimeoutTelemetry.Begin(service.Host);
    private readonly Shutdown _shutdown = service.Host.Shutdown;

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var call = attempt.Call;
        var (limit, callDeadline) = (AttemptLimit(call), call.Deadline);
        var deadline = Math.Min(AttemptDeadline(attempt, limit), callDeadline);
        if (deadline <= attempt.StartedAt)
        {
            return Task.FromException<HttpResponseMessage>(TimedOut(attempt, null, delay: null));
        }

        if (call.Options.Deadline.Propagate)
        {
            OutgoingDeadline.Write(request, attempt, deadline);
        }

        if (deadline == long.MaxValue && !_shutdown.IsExpected)
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var source = Rent(attempt);
        deadline = Math.Min(deadline, TimeoutSource.Unlimited);
        source.Begin(attempt.StartedAt, deadline, _log, cancellationToken, callDeadline, _shutdown);
        attempt.Body?.Begin(new UploadLimit(source, limit, callDeadline));
        return NextAsync(request, attempt, async, source.Token);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined into End, it would make the frame of every handler's End larger.
    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        OutgoingDeadline.Restore(request, attempt);
        var source = attempt.TimeoutState is TimeoutSource { IsInUse: true } held ? held : null; // An attempt without a limit has none.
        if (!ended.IsCompletedSuccessfully && attempt is { FiredTimeout: null, IsAbandoned: false })
        {
            return EndFailed(ended, request, attempt, source);
        }

        Return(source, attempt);
        return ended;
    }

    private TimeoutSource Rent(AttemptContext attempt)
    {
        var kept = (TimeoutSource?)attempt.TimeoutState;
        var source = _leases.Rent(kept);
        if (source != kept)
        {
            attempt.TimeoutState = source;
        }

        return source;
    }

    private void Return(TimeoutSource? source, AttemptContext attempt)
    {
        if (source is not null && !_leases.TryKeepInPlace(source))
        {
            attempt.TimeoutState = null;
        }
    }

    /// <summary>
    /// Reports before it ends the use of the source, which knows until then whether it has fired. It also ends it if the user's code
    /// throws, such as a listener of metrics: otherwise the source would stay with the pooled context, canceled. Separate from
    /// <see cref="OnEnded"/>, so that a success does not pay for it.
    /// </summary>
    private Task<HttpResponseMessage> EndFailed(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt, TimeoutSource? source)
    {
        try
        {
            return Explain(ended, request, attempt, source);
        }
        finally
        {
            Return(source, attempt);
        }
    }

    /// <summary>The caller's cancellation, a limit of this chain, or neither: whatever the exception looks like.</summary>
    private Task<HttpResponseMessage> Explain(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt, TimeoutSource? source)
    {
        var callerToken = attempt.Call.CallerToken;
        if (callerToken.IsCancellationRequested)
        {
            HttpClientTimeoutMonitor.GetOrCreate(Service).RecordExternalCancellation(attempt.Call);
            var exception = ended.Outcome(request).Exception!;
            return CallerCancellation.Replaces(exception, callerToken)
                ? Task.FromException<HttpResponseMessage>(CallerCancellation.From(exception, callerToken))
                : ended;
        }

        return source is { HasFired: true }
            ? Task.FromException<HttpResponseMessage>(TimedOut(attempt, ended.Outcome(request).Exception, source.Delay))
            : ended;
    }

    private RequestTimedOutException TimedOut(AttemptContext attempt, Exception? cause, ProcessDelay? delay)
    {
        // If both limits fall together the attempt's wins.
        var call = attempt.Call;
        var scope = AttemptDeadline(attempt, AttemptLimit(call)) <= call.Deadline ? TimeoutScope.Attempt : call.DeadlineScope;
        return TimeoutTelemetry.GetOrCreate(Service).TimedOut(attempt, scope, cause, delay);
    }

    /// <summary>Counts from the start of the attempt, and starts again with each write of the body that the connection has taken.</summary>
    private static long AttemptDeadline(AttemptContext attempt, long limit) =>
        limit == long.MaxValue ? limit : attempt.LastMoveAt + limit;

    private long AttemptLimit(CallContext context) => context.AttemptTimeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : _leases.Clock.After(0, context.AttemptTimeout);
}
