using System.Globalization;

namespace Resilience.Http.Fleet.Telemetry;

/// <summary>The state of the fleet in words, as the dashboard shows it.</summary>
internal static class FleetStateText
{
    /// <summary>A service with many authorities has a row for each of them elsewhere.</summary>
    private const int MostCircuits = 3;

    public static string Describe(FleetStatus status, string serviceName)
    {
        if (!status.IsConnected)
        {
            var since = status.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return $"the store has not been reached since {since} UTC; {status.ReplicaName} decides alone";
        }

        var circuits = status.Circuits.Where(circuit => circuit.ServiceName == serviceName).ToList();
        var worst = circuits
            .OrderByDescending(static circuit => circuit.BreakReason is not null)
            .ThenByDescending(static circuit => circuit.ReplicasOpen)
            .Take(MostCircuits)
            .Select(static circuit => $"{circuit.Authority} {Describe(circuit)}");
        return circuits.Count == 0
            ? $"{status.ReplicaName} shares the circuits"
            : $"{status.ReplicaName} shares the circuits: {string.Join("; ", worst)}";
    }

    private static string Describe(FleetCircuitStatus circuit) => circuit.BreakReason is { } reason
        ? $"is open in the fleet, by {circuit.BreakBy}: {reason}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"is held open by {circuit.ReplicasOpen} of {circuit.ReplicasWithTraffic} replicas with traffic");
}
