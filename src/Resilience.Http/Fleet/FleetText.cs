namespace Resilience.Http.Fleet;

internal static class FleetText
{
    /// <summary>Settings of a fleet in an app that has none.</summary>
    public static string Missing(string service) =>
        $"{service}: Fleet:Enabled is true, but no fleet was added. Call services.AddResilienceFleet() (package Resilience.Http.Fleet), " +
        "or set Fleet:Enabled to false";

    /// <summary>A rate that all replicas share in an app that has no fleet.</summary>
    public static string MissingForRate(string service) =>
        $"{service}: RateLimit:Scope is Fleet, but no fleet was added. Call services.AddResilienceFleet() (package " +
        "Resilience.Http.Fleet), or set RateLimit:Scope to Service and RateLimit:Permits to the share of one replica";
}
