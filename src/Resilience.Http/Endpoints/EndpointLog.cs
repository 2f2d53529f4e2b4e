using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Endpoints;

internal static partial class EndpointLog
{
    public const string Category = "Resilience.Http.Endpoints";

    /// <summary>Logs which endpoints a change added and removed, if any.</summary>
    public static void LogChange(this ILogger log, string serviceName, EndpointList before, EndpointList now)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        string[] was = Names(before), known = Names(now);
        var (added, removed) = (known.Except(was).ToArray(), was.Except(known).ToArray());
        if (added.Length + removed.Length > 0)
        {
            log.EndpointsChanged(ServiceText.Format(serviceName), known.Length, Text(added), Text(removed));
        }

        static string[] Names(EndpointList list) => [.. list.All.ToArray().Select(static endpoint => endpoint.Prefix)];

        static string Text(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names);
    }

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
