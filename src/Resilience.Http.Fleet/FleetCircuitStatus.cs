namespace Resilience.Http;

/// <summary>A circuit that all replicas share.</summary>
/// <param name="ServiceName">The name the client is registered under.</param>
/// <param name="Authority">Scheme, host and port of the service, or <c>*</c> for the one circuit of a whole service.</param>
/// <param name="ReplicasWithTraffic">How many replicas called the service in the last 10 seconds.</param>
/// <param name="ReplicasOpen">How many of them hold the circuit open by their own results; 0 during a break of the fleet.</param>
/// <param name="BreakReason">Why the fleet holds the circuit open; <see langword="null"/> if it does not.</param>
/// <param name="BreakBy">The replica that counted the quorum, or reported the trial that began this break.</param>
public sealed record FleetCircuitStatus(
    string ServiceName, string Authority, long ReplicasWithTraffic, long ReplicasOpen, string? BreakReason, string? BreakBy);
