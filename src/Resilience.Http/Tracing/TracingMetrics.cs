using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Tracing;

/// <summary>How long calls take, retries and waits included.</summary>
internal sealed class TracingMetrics(ResilienceRuntime host)
{
    /// <summary>The bounds that OpenTelemetry advises for HTTP durations, and 30 and 60 s beyond, since a call has waits in it.</summary>
    private static readonly InstrumentAdvice<double> Advice = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60],
    };

    private readonly Histogram<double>? _duration = host.CreateMeter()?.CreateHistogram(
        TelemetryNames.CallDuration, "s", "Duration of calls through resilient clients, retries and waits included.", tags: null, Advice);

    public bool AreWanted => _duration is { Enabled: true };

    public void Measure(CallContext context, HttpMethod method, CallResult result, TimeSpan duration)
    {
        if (!AreWanted)
        {
            return;
        }

        // A list of tags would be filled and copied, which costs as much as reading the clock.
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
        [
            new(TelemetryTags.ServiceName, context.Service.Name),
            new(TelemetryTags.Method, HttpMethods.Known(method)),
            new(TelemetryTags.Outcome, result.Outcome.Text()),
            new(TelemetryTags.ErrorType, result.ErrorType),
        ];
        _duration!.Record(duration.TotalSeconds, result.Failed ? tags : tags[..^1]);
    }
}
