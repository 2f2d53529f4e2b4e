using Microsoft.Extensions.Logging;

namespace Resilience.Http.Timeouts;

internal static partial class TimeoutLog
{
    public const string Category = "Resilience.Http.Timeouts";

    [LoggerMessage(Level = LogLevel.Information, Message =
        "{Service} ({Authority}) sent no response headers within the AttemptTimeout: cut after {Elapsed} s, in attempt {Attempts}")]
    public static partial void AttemptTimedOut(ILogger logger, string service, string? authority, double elapsed, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Service} ({Authority}) sent no response headers within the TotalTimeout: given up after {Elapsed} s, in attempt {Attempts}; last outcome: {Reason}")]
    public static partial void CallTimedOut(ILogger logger, string service, string? authority, double elapsed, int attempts, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Service} ({Authority}) sent no more of its response body for the BodyIdleTimeout of {Elapsed} s, after {Received} bytes")]
    public static partial void BodyTimedOut(ILogger logger, string service, string? authority, double elapsed, long received);

    [LoggerMessage(Level = LogLevel.Error, Message = "A handler's callback threw when its attempt was cancelled at the time limit")]
    public static partial void CancellationCallbackFailed(ILogger logger, Exception exception);
}
