namespace Resilience.Http;

/// <summary>What a replica knows of the fleet.</summary>
/// <param name="ReplicaName">The name of this replica.</param>
/// <param name="IsConnected">Whether it reaches the store. If not, it decides alone, and sends its share of each quota.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="Circuits">The circuits that it shares.</param>
public sealed record FleetStatus(
    string ReplicaName, bool IsConnected, DateTimeOffset Since, IReadOnlyList<FleetCircuitStatus> Circuits);
