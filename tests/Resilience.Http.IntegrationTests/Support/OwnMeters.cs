using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Resilience.Http.IntegrationTests.Support;

/// <summary>
/// Keeps the OpenTelemetry SDK of a host to that host's meters. It chooses them by name, and those of all hosts in the process have one
/// name: each provider would add up all of them, and lose a series when another host ends.
/// </summary>
internal static class OwnMeters
{
    public static void KeepToOwnMeters(this IServiceCollection services)
    {
        #region two-hosts
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is { } scope && scope != own ? MetricStreamConfiguration.Drop : null);
        });
        #endregion
    }
}
