using Microsoft.Extensions.Logging;

namespace Resilience.Http.Endpoints;

internal static partial class EndpointLog
{
    public const string Category = "Resilience.Http.Endpoints";

    [LoggerMessage(
        EventId = 641,
        EventName = nameof(EndpointsChanged),
        Level = LogLevel.Information,
        Message = "{Service} has {Count} endpoints now; added: {Added}; removed: {Removed}")]
    public static partial void EndpointsChanged(this ILogger log, string service, int count, string added, string removed);

    [LoggerMessage(
        EventId = 642,
        EventName = nameof(HostHeaderRedirected),
        Level = LogLevel.Warning,
        Message = "{Service}: a redirect from {Endpoint} to {Target} was followed with the Host header {Host}, which belongs to the " +
            "endpoint; HttpClient keeps it. Set AllowAutoRedirect to false on the primary handler, or let the service redirect to itself")]
    public static partial void HostHeaderRedirected(this ILogger log, string service, string endpoint, string target, string host);
}
