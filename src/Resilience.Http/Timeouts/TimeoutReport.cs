using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>Tells that a time limit of a service ran out: to the handlers outside, the caller, the span, the metrics and the log.</summary>
internal sealed class TimeoutReport(ResilientService service)
{
    private readonly TimeoutMetrics _metrics = service.Host.Shared(static host => new TimeoutMetrics(host));
    private readonly ClientLimit _client = ClientLimit.Of(service);

    public ILogger Log { get; } = service.Host.Loggers.CreateLogger(TimeoutLog.Category);

    public static TimeoutReport Of(ResilientService service) => service.State(static service => new TimeoutReport(service));

    /// <summary>Makes the exception for an attempt that was cut at <paramref name="scope"/>, and tells everybody. No line in the log: that of the call has it among its reasons.</summary>
    public RequestTimedOutException TimedOut(CallContext context, TimeoutScope scope, Exception? cause)
    {
        context.Fired = scope;
        _client.CutByUs();
        var timeout = scope == TimeoutScope.Attempt ? context.AttemptTimeout : context.TotalTimeout;
        var authority = TimeoutText.Authority(context.AttemptUri);
        var message = TimeoutText.Message(context, authority, scope, timeout);

        _metrics.Count(service.Name, scope);
        context.Span?.AddEvent(new ActivityEvent(TelemetryNames.TimeoutEvent, context.Clock.GetUtcNow(), new() { { TelemetryTags.Scope, scope.Text() } }));
        return new RequestTimedOutException(message, service.Name, timeout, scope, cause);
    }

    /// <summary>Makes the exception for a body that fell silent. The call is over by then, and so is its span.</summary>
    public RequestTimedOutException BodyTimedOut(Uri? uri, TimeSpan timeout, long received, Exception cause)
    {
        var authority = TimeoutText.Authority(uri);
        _metrics.Count(service.Name, TimeoutScope.Body);
        TimeoutLog.BodyTimedOut(Log, ServiceText.Of(service.Name), authority, timeout.TotalSeconds, received);
        return new RequestTimedOutException(
            TimeoutText.BodyMessage(service.Name, authority, timeout, received), service.Name, timeout, TimeoutScope.Body, cause);
    }
}
