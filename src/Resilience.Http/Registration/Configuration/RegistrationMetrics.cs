using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>Counts the edits of the configuration that were refused.</summary>
internal sealed class RegistrationMetrics(ResilienceRuntime host)
{
    private readonly Counter<long>? _failures = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.ReloadFailures,
        "{reload}",
        "Edits of the configuration that were refused, so that the settings before them stay in force.");

    public void Refused() => _failures?.Add(1);
}
