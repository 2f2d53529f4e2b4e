using Microsoft.Extensions.Logging;

namespace Resilience.Http.Hedging;

internal static partial class HedgingLog
{
    public const string Category = "Resilience.Http.Hedging";

    [LoggerMessage(801, LogLevel.Warning,
        "{Service}: ending a send that another one had overtaken threw. The call is not affected: it already has its response.")]
    public static partial void DisposalFailed(this ILogger log, string service, Exception exception);
}
