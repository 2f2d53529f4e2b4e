namespace Resilience.Http;

/// <summary>The state of the fleet as this replica knows it.</summary>
/// <param name="ReplicaName">The name of this replica.</param>
/// <param name="IsConnected">Whether the replica can reach the store. If not, it decides alone, and sends its share of each quota.</param>
/// <param name="Since">The time since which <paramref name="IsConnected"/> has its value.</param>
/// <param name="Circuits">The circuits that the replica shares.</param>
public sealed record FleetStatus(
    string ReplicaName, bool IsConnected, DateTimeOffset Since, IReadOnlyList<FleetCircuitStatus> Circuits);
