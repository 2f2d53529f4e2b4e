using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>Reports that a time limit of a service fired: to the outer handlers, the caller, the span, the metrics and the log.</summary>
internal sealed class TimeoutTelemetry(ServiceState service)
{
    private readonly TimeoutMetrics _metrics = TimeoutMetrics.GetOrCreate(service.Host);
    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.GetOrCreate(service.Host);

    public ILogger Log { get; } = service.Host.CreateLogger(TimeoutLog.Category);

    public static TimeoutTelemetry GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new TimeoutTelemetry(service));

    /// <summary>Publishes the instruments of a host, so that they are there before the first timeout.</summary>
    /// <returns>The log of timeouts.</returns>
    public static ILogger Begin(ResilienceRuntime host)
    {
        TimeoutMetrics.GetOrCreate(host);
        return host.CreateLogger(TimeoutLog.Category);
    }

    /// <summary>
    /// Makes the exception for an attempt that was canceled at a limit, and reports it. It writes no log line of its own, because that of
    /// the call names it among its reasons; only a process that is behind is worth a warning.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="scope">The limit that fired.</param>
    /// <param name="cause">What the attempt ended with.</param>
    /// <param name="delay">What this process was behind with, if it was.</param>
    public RequestTimedOutException TimedOut(AttemptContext attempt, TimeoutScope scope, Exception? cause, ProcessDelay? delay)
    {
        attempt.FiredTimeout = scope;
        attempt.ProcessWasBehind = delay is not null;
        service.Find<HttpClientTimeoutMonitor>()?.RecordOwnTimeout();
        var timeout = scope == TimeoutScope.Attempt ? attempt.Call.AttemptTimeout : attempt.Call.DeadlineLength;
        var authority = Authority.Find(attempt.Uri);
        var message = TimeoutText.Message(attempt, authority, scope, timeout, delay);

        Count(attempt.Call, scope);
        NoteDelay(authority, scope, delay);
        return new RequestTimedOutException(message, service.Name, timeout, scope, cause);
    }

    /// <summary>Makes the exception for a call whose deadline has passed before its first attempt, and reports it.</summary>
    public RequestTimedOutException NothingLeft(HttpRequestMessage request, CallContext call)
    {
        var scope = call.DeadlineScope;
        call.Attempt.FiredTimeout = scope;
        Count(call, scope);
        return new RequestTimedOutException(
            TimeoutText.NothingLeft(service.Name, Authority.Find(request.RequestUri), scope), service.Name, TimeSpan.Zero, scope);
    }

    /// <summary>Makes the exception for a body that stopped flowing. The call is over by then, and so is its span.</summary>
    public RequestTimedOutException BodyTimedOut(Uri? uri, TimeSpan timeout, long received, Exception? cause, ProcessDelay? delay)
    {
        var authority = Authority.Find(uri);
        _metrics.Count(service.Name, TimeoutScope.Body);
        NoteDelay(authority, TimeoutScope.Body, delay);
        TimeoutLog.BodyTimedOut(Log, ServiceText.Format(service.Name), authority, timeout.TotalSeconds, received);
        return new RequestTimedOutException(
            TimeoutText.BodyMessage(service.Name, authority, timeout, received, delay), service.Name, timeout, TimeoutScope.Body, cause);
    }

    private void Count(CallContext call, TimeoutScope scope)
    {
        _metrics.Count(service.Name, scope);
        if (scope == TimeoutScope.Shutdown)
        {
            call.NoteShutdownCut();
        }

        call.Span?.AddEvent(
            new ActivityEvent(TelemetryNames.TimeoutEvent, call.Clock.GetUtcNow(), new() { { TelemetryTags.Scope, scope.Text() } }));
    }

    private void NoteDelay(string? authority, TimeoutScope scope, ProcessDelay? delay)
    {
        if (delay is null)
        {
            return;
        }

        _metrics.CountWhileBehind(service.Name, scope, delay.Cause);
        if (_leases.Warnings.TryTake())
        {
            TimeoutLog.ProcessIsBehind(Log, ServiceText.Format(service.Name), authority, delay.Text, delay.Advice);
        }
    }
}
