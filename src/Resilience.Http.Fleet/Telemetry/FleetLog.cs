using Microsoft.Extensions.Logging;

namespace Resilience.Http.Fleet.Telemetry;

internal static partial class FleetLog
{
    public const string Category = "Resilience.Http.Fleet";

    [LoggerMessage(1601, LogLevel.Information, "This replica, {Replica}, shares the circuits of {Services}.")]
    public static partial void Joined(this ILogger log, string replica, string services);

    [LoggerMessage(1602, LogLevel.Warning,
        "The store of the fleet, {Store}, cannot be reached: {Reason}. Until it is back, this replica opens and closes its " +
        "circuits alone, as without a fleet. No call waits for the store.")]
    public static partial void StoreLost(this ILogger log, string store, string reason, Exception exception);

    [LoggerMessage(1603, LogLevel.Information,
        "The store of the fleet is back after {Length}: this replica, {Replica}, shares its circuits again.")]
    public static partial void StoreBack(this ILogger log, string length, string replica);

    [LoggerMessage(1604, LogLevel.Warning,
        "{Service} ({Authority}): an order to all replicas, given by {By}, was not carried out in this one: {Reason}")]
    public static partial void OrderFailed(this ILogger log, string service, string authority, string by, string reason);

    [LoggerMessage(1605, LogLevel.Warning,
        "This replica has more circuits than the {Most} that it shares with the others; the rest stay its own. Logged once.")]
    public static partial void TooManyCircuits(this ILogger log, int most);

    [LoggerMessage(1606, LogLevel.Information, "{Service} ({Authority}): reset in all replicas, by {By}.")]
    public static partial void ResetByFleet(this ILogger log, string service, string authority, string by);

    [LoggerMessage(1607, LogLevel.Warning,
        "{Service}: the store of the fleet, {Store}, cannot be reached: {Reason}. Until it is back, this replica sends its share of the " +
        "quota, which is one part in {Replicas} of {Permits} request(s) per {Per}, by the replicas that were seen lately.")]
    public static partial void QuotaStoreLost(
        this ILogger log, string service, string store, string reason, int replicas, int? permits, string per, Exception exception);

    [LoggerMessage(1608, LogLevel.Information,
        "{Service}: the store of the fleet is back after {Length}. The replicas share the quota of {Permits} request(s) per {Per} again.")]
    public static partial void QuotaStoreBack(this ILogger log, string service, string length, int? permits, string per);
}
