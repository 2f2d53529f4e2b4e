using Microsoft.Extensions.Logging;

namespace Resilience.Http.Hedging;

internal static partial class HedgingLog
{
    public const string Category = "Resilience.Http.Hedging";

    [LoggerMessage(841, LogLevel.Warning,
        "{Service}: code that ran during a hedged call threw, such as a metrics listener or the disposal of a discarded response. " +
        "The call is not affected.")]
    public static partial void NonCriticalFailure(this ILogger log, string service, Exception exception);
}
