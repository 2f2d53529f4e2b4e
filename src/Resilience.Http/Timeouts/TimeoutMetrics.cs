using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>How often a time limit fired, by service and scope.</summary>
internal sealed class TimeoutMetrics(ResilienceRuntime host)
{
    private readonly Counter<long>? _timeouts = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.Timeouts, "{timeout}", "Time limits that fired: of a whole call, of an attempt, of a silent response body.");

    private readonly Counter<long>? _whileBehind = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.TimeoutsWhileBehind,
        "{timeout}",
        "Time limits that fired while this process was behind, so that the answer may have been there unseen.");

    public static TimeoutMetrics GetOrCreate(ResilienceRuntime host) => host.GetOrCreate(static host => new TimeoutMetrics(host));

    public void Count(string service, TimeoutScope scope)
    {
        if (_timeouts is { Enabled: true })
        {
            _timeouts.Add(1, new(TelemetryTags.ServiceName, service), new(TelemetryTags.Scope, scope.Text()));
        }
    }

    public void CountWhileBehind(string service, TimeoutScope scope, ProcessDelayCause cause)
    {
        if (_whileBehind is { Enabled: true })
        {
            _whileBehind.Add(
                1,
                new(TelemetryTags.ServiceName, service),
                new(TelemetryTags.Scope, scope.Text()),
                new(TelemetryTags.ProcessDelay, cause.Text()));
        }
    }
}
