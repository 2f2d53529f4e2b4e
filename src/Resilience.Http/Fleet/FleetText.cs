namespace Resilience.Http.Fleet;

internal static class FleetText
{
    /// <summary>Settings of a fleet in an app that has none.</summary>
    public static string Missing(string service) =>
        $"{service}: Fleet:Enabled is true, but no fleet was added. Call services.AddResilienceFleet() (package Resilience.Http.Fleet), " +
        "or set Fleet:Enabled to false";
}
