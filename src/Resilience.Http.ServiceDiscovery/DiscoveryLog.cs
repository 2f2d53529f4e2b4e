using Microsoft.Extensions.Logging;

namespace Resilience.Http.ServiceDiscovery;

internal static partial class DiscoveryLog
{
    public const string Category = "Resilience.Http.ServiceDiscovery";

    [LoggerMessage(
        EventId = 651,
        EventName = nameof(NothingFound),
        Level = LogLevel.Warning,
        Message = "Service discovery found no endpoints for {Service}. Calls to it fail until it finds one. Check that the service is " +
            "running, and that the provider knows it: with the configuration provider, in the section Services.")]
    public static partial void NothingFound(this ILogger log, string service);

    [LoggerMessage(
        EventId = 652,
        EventName = nameof(FoundAgain),
        Level = LogLevel.Information,
        Message = "Service discovery found {Count} endpoints for {Service} again.")]
    public static partial void FoundAgain(this ILogger log, string service, int count);

    [LoggerMessage(
        EventId = 653,
        EventName = nameof(LookupFailed),
        Level = LogLevel.Warning,
        Message = "Service discovery failed for {Service}. The endpoints that were found before stay in use.")]
    public static partial void LookupFailed(this ILogger log, string service, Exception exception);
}
