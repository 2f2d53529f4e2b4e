namespace Resilience.Http;

/// <summary>A circuit that all replicas share.</summary>
/// <param name="ServiceName">The name of the client.</param>
/// <param name="Authority">The scheme, host and port of the service, or <c>*</c> if the service has a single circuit.</param>
/// <param name="ReplicasWithTraffic">How many replicas called the service in the last 10 seconds.</param>
/// <param name="ReplicasOpen">How many of them hold the circuit open because of their own results; 0 during a break of the fleet.</param>
/// <param name="BreakReason">Why the fleet holds the circuit open; <see langword="null"/> if it does not.</param>
/// <param name="BreakBy">The replica that detected the quorum, or whose trial began this break.</param>
public sealed record FleetCircuitStatus(
    string ServiceName, string Authority, long ReplicasWithTraffic, long ReplicasOpen, string? BreakReason, string? BreakBy);
