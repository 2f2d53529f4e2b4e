using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Chaos.Injection;

/// <summary>Counts the faults that were injected, and those that a dry run would have.</summary>
internal sealed class ChaosMetrics(ResilienceRuntime host)
{
    private readonly Counter<long>? _injected = host.CreateMeter()?.CreateCounter<long>(
        ChaosTelemetry.Injected, "{fault}", "Injected faults; in a dry run, faults that would have been injected.");

    public void Injected(string client, InjectedFault fault, bool dryRun)
    {
        if (_injected is { Enabled: true })
        {
            _injected.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryTags.ServiceName, client),
                new KeyValuePair<string, object?>(ChaosTelemetry.Fault, fault.Text()),
                new KeyValuePair<string, object?>(ChaosTelemetry.DryRun, dryRun));
        }
    }
}
