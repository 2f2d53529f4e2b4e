using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>Tells that a time limit of a service ran out: to the handlers outside, the caller, the span, the metrics and the log.</summary>
internal sealed class TimeoutReport(ResilientService service)
{
    private readonly TimeoutMetrics _metrics = service.Host.Shared(static host => new TimeoutMetrics(host));
    private readonly ILogger _log = service.Host.Loggers.CreateLogger(TimeoutLog.Category);

    /// <summary>Makes the exception for an attempt that was cut at <paramref name="scope"/>, and tells everybody.</summary>
    public RequestTimedOutException TimedOut(CallContext context, HttpRequestMessage request, TimeoutScope scope, Exception? cause)
    {
        context.Fired = scope;
        var timeout = scope == TimeoutScope.Attempt ? context.AttemptTimeout : context.TotalTimeout;
        var authority = TimeoutText.Authority(request);
        var message = TimeoutText.Message(context, authority, scope, timeout);

        _metrics.Count(service.Name, scope);
        context.Span?.AddEvent(new ActivityEvent(TelemetryNames.TimeoutEvent, tags: new() { { TelemetryTags.Scope, scope.Text() } }));
        var elapsed = context.Clock.GetElapsedTime(scope == TimeoutScope.Attempt ? context.AttemptStartedAt : context.StartedAt).TotalSeconds;
        if (scope == TimeoutScope.Attempt)
        {
            TimeoutLog.AttemptTimedOut(_log, service.Name, authority, elapsed, context.Attempts);
        }
        else
        {
            TimeoutLog.CallTimedOut(_log, service.Name, authority, elapsed, context.Attempts, context.LastOutcome);
        }

        return new RequestTimedOutException(message, service.Name, timeout, scope, cause);
    }
}
