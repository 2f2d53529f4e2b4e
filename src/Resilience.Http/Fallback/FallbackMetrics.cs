using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fallback;

/// <summary>Counts the answers that a fallback gave.</summary>
internal sealed class FallbackMetrics(ResilienceRuntime host)
{
    private readonly Counter<long>? _fallbacks = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.Fallbacks, "{call}", "Calls that a fallback answered.");

    public void Answered(string service, string kind, FallbackCause cause)
    {
        if (_fallbacks is { Enabled: true })
        {
            _fallbacks.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service),
                new KeyValuePair<string, object?>(TelemetryTags.FallbackKind, kind),
                new KeyValuePair<string, object?>(TelemetryTags.Reason, cause.Text()));
        }
    }
}
