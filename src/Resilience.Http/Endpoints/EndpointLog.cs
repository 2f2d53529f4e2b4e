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
}
