using Microsoft.Extensions.Logging;

namespace Resilience.Http.Hedging;

internal static partial class HedgingLog
{
    public const string Category = "Resilience.Http.Hedging";

    [LoggerMessage(801, LogLevel.Warning,
        "{Service}: code that ran beside a hedged call threw, such as a listener of metrics or the disposal of a response that lost. " +
        "The call is not affected.")]
    public static partial void NonCriticalFailure(this ILogger log, string service, Exception exception);
}
