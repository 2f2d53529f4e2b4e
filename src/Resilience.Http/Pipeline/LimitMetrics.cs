using System.Diagnostics.Metrics;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>How many requests the limits of the clients rejected. It is published before the first rejection.</summary>
internal sealed class LimitMetrics(ResilienceRuntime host)
{
    private readonly Counter<long>? _rejections = host.CreateMeter()?.CreateCounter<long>(
        TelemetryNames.LimitRejections, "{request}", "Requests that a limit of their client rejected.");

    public static LimitMetrics GetOrCreate(ResilienceRuntime host) => host.GetOrCreate(static host => new LimitMetrics(host));

    public void Count(string service, string authorityTag, HttpLimit limit)
    {
        if (_rejections is { Enabled: true })
        {
            _rejections.Add(
                1,
                new(TelemetryTags.ServiceName, service),
                new(TelemetryTags.Authority, authorityTag),
                new(TelemetryTags.Limit, limit.Text()));
        }
    }
}
