namespace Resilience.Http.Fleet.Telemetry;

/// <summary>Names of the instruments and tags of the fleet.</summary>
internal static class FleetTelemetryNames
{
    public const string Connected = "resilience.fleet.connected";
    public const string Exchanges = "resilience.fleet.exchanges";
    public const string Commands = "resilience.fleet.commands";
    public const string Replicas = "resilience.fleet.replicas";
    public const string OpenedByOthers = "resilience.fleet.opened_by_others";

    public const string Outcome = "resilience.fleet.outcome";
    public const string ReplicaState = "resilience.fleet.replica.state";
}
