using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Resilience.Http.Fleet.Telemetry;

/// <summary>
/// Says whether the store is reached, in the data. It is always Healthy: without the store the app works as it does without a fleet, and a
/// replica that is taken out for it would turn one outage into two.
/// </summary>
internal sealed class FleetHealthCheck(IResilienceFleet fleet, Func<bool?> isReached) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = fleet.GetStatus();
        var text = isReached() is null ? "The store of the fleet has not been used yet."
            : status.IsConnected ? "The store of the fleet is reached."
            : $"The store of the fleet is not reached since {status.Since:u}: this replica decides alone.";
        return Task.FromResult(HealthCheckResult.Healthy(text, new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["replica"] = status.ReplicaName,
            ["connected"] = status.IsConnected,
            ["since"] = status.Since,
            ["circuits"] = status.Circuits.Count,
        }));
    }
}
