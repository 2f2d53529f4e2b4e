using Microsoft.Extensions.Logging;

namespace Resilience.Http.Timeouts;

internal static partial class TimeoutLog
{
    public const string Category = "Resilience.Http.Timeouts";

    [LoggerMessage(201, LogLevel.Warning,
        "No response bytes arrived from {Service} ({Authority}) for {Elapsed:0.###} s (BodyIdleTimeout), after {Received} bytes.")]
    public static partial void BodyTimedOut(ILogger logger, string service, string? authority, double elapsed, long received);

    [LoggerMessage(202, LogLevel.Warning,
        "HttpClient.Timeout of {Service} is set to {ClientTimeout:0.###} s, not longer than its TotalTimeout of {TotalTimeout}. " +
        "Its calls get a total timeout of {LongestTotal:0.###} s instead, so that a hang is reported as a timeout. Do not set " +
        "HttpClient.Timeout; set TotalTimeout.")]
    public static partial void ClientTimeoutIsShorter(
        ILogger logger, string service, double clientTimeout, string totalTimeout, double longestTotal);

    [LoggerMessage(203, LogLevel.Warning,
        "A request to {Service} asks for a TotalTimeout of {Asked}, but its HttpClient.Timeout of {ClientTimeout:0.###} s allows " +
        "{LongestTotal:0.###} s. Set the client's TotalTimeout to the longest that any of its requests needs, and shorten it per request.")]
    public static partial void RequestExceedsClientTimeout(
        ILogger logger, string service, string asked, double clientTimeout, double longestTotal);

    [LoggerMessage(204, LogLevel.Warning,
        "{Count} calls of {Service} were canceled from outside after the same elapsed time, {Elapsed:0.###} s, before any of its time " +
        "limits. If its callers do not cancel them, an HttpClient.Timeout that a typed client sets in its constructor does. Remove it " +
        "there and set TotalTimeout: otherwise a hanging service is mistaken for caller cancellation and never opens its circuit.")]
    public static partial void AlwaysCutFromOutside(ILogger logger, string service, int count, double elapsed);

    [LoggerMessage(205, LogLevel.Error, "A cancellation callback of a handler threw when its attempt timed out.")]
    public static partial void CancellationCallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(206, LogLevel.Warning,
        "A time limit of {Service} ({Authority}) fired while this process was behind, so the answer may have been there: {Delay}. " +
        "The timeout does not count against the circuit if a later attempt succeeds in time. {Advice}")]
    public static partial void ProcessIsBehind(ILogger logger, string service, string? authority, string delay, string advice);
}
