using Microsoft.Extensions.Logging;

namespace Resilience.Http.Retry;

internal static partial class RetryLog
{
    public const string Category = "Resilience.Http.Retry";

    [LoggerMessage(501, LogLevel.Debug,
        "{Service} ({Authority}): {Method} succeeded at attempt {Attempts}, after {Elapsed} s; before that: {Reasons}.")]
    public static partial void CallRecovered(this ILogger log, string service, string? authority, HttpMethod method, int attempts, double elapsed, string? reasons);

    [LoggerMessage(502, LogLevel.Warning,
        "{Service} ({Authority}): {Method} failed after {Attempts} attempt(s) in {Elapsed} s: {Reasons}. Not repeated: {StopReason}.")]
    public static partial void CallFailed(
        this ILogger log, string service, string? authority, HttpMethod method, int attempts, double elapsed, string? reasons, string stopReason);

    [LoggerMessage(503, LogLevel.Warning,
        "{Service} ({Authority}): a failed {Method} was not repeated, since its work might be done twice. Where repeating is safe, say so: send an " +
        "Idempotency-Key header, mark the request with AllowRetry(), or set Retry:RetryUnsafeMethods of the client. " +
        "Told once for a client; resilience.http.retries.suppressed counts them all.")]
    public static partial void UnsafeMethodNotRepeated(this ILogger log, string service, string? authority, HttpMethod method);

    [LoggerMessage(504, LogLevel.Warning, "{Service}: a response that was not wanted any more threw when it was disposed; the call goes on.")]
    public static partial void DisposalFailed(this ILogger log, string service, Exception exception);
}
