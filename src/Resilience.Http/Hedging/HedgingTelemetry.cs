using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Hedging;

/// <summary>Reports which hedges were sent, what came of them and which were not sent: to the span, the metrics and the log.</summary>
internal sealed class HedgingTelemetry
{
    private readonly string _service;
    private readonly HedgingMetrics _metrics;
    private readonly ILogger _log;

    private HedgingTelemetry(ServiceState service)
    {
        _service = service.Name;
        _metrics = HedgingMetrics.GetOrCreate(service.Host);
        _log = service.Host.CreateLogger(HedgingLog.Category);
    }

    public static HedgingTelemetry Create(ServiceState service, OperationLatencies operations)
    {
        var telemetry = new HedgingTelemetry(service);
        telemetry._metrics.Show(service, operations);
        return telemetry;
    }

    /// <summary>A hedge was sent.</summary>
    public static void Launched(CallContext call, AttemptContext attempt, int number, TimeSpan delay)
    {
        if (call.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.HedgeEvent, call.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Authority] = Authority.Find(attempt.Uri),
                [TelemetryTags.Attempts] = call.Attempts,
                [TelemetryTags.HedgeNumber] = number,
                [TelemetryTags.HedgeDelay] = delay.TotalSeconds,
            }));
        }
    }

    /// <summary>It is known what came of a hedge.</summary>
    public void Ended(HedgeOutcome outcome)
    {
        try
        {
            _metrics.Ended(_service, outcome);
        }
        catch (Exception exception)
        {
            NonCriticalFailure(exception);
        }
    }

    /// <summary>A hedge was due and was not sent.</summary>
    public void Suppressed(HedgeSuppression reason)
    {
        try
        {
            _metrics.Suppressed(_service, reason);
        }
        catch (Exception exception)
        {
            NonCriticalFailure(exception);
        }
    }

    /// <summary>
    /// The user's code threw, such as a listener of metrics or a response that was disposed. The call has sends in flight that must be
    /// seen to their end, or an outcome already.
    /// </summary>
    public void NonCriticalFailure(Exception exception) => _log.NonCriticalFailure(ServiceText.Format(_service), exception);
}
