using System.Diagnostics.Metrics;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Timeouts;

/// <summary>How often a time limit ran out, by service and scope.</summary>
internal sealed class TimeoutMetrics(ResilienceHost host)
{
    private readonly Counter<long>? _timeouts = host.Meters?.Create(TelemetryNames.Source).CreateCounter<long>(
        TelemetryNames.Timeouts, "{timeout}", "Time limits that ran out: of a whole call, of an attempt, of a silent response body.");

    public void Count(string service, TimeoutScope scope)
    {
        if (_timeouts is { Enabled: true })
        {
            _timeouts.Add(1, new(TelemetryTags.ServiceName, service), new(TelemetryTags.Scope, scope.Text()));
        }
    }
}
