using Microsoft.Extensions.Logging;

namespace Resilience.Http.Retry;

internal static partial class RetryLog
{
    public const string Category = "Resilience.Http.Retry";

    [LoggerMessage(501, LogLevel.Information,
        "{Service} ({Authority}): {Method} succeeded at attempt {Attempts}{Hedges} after {Elapsed:0.###} s. " +
        "Earlier attempts: {Reasons}.")]
    public static partial void CallRecovered(
        this ILogger log,
        string service,
        string? authority,
        HttpMethod method,
        int attempts,
        string hedges,
        double elapsed,
        string? reasons);

    [LoggerMessage(502, LogLevel.Warning,
        "{Service} ({Authority}): {Method} failed after {Attempts} attempt(s){Hedges} in {Elapsed:0.###} s: {Reasons}. Not repeated: " +
        "{StopReason}.")]
    public static partial void CallFailed(
        this ILogger log,
        string service,
        string? authority,
        HttpMethod method,
        int attempts,
        string hedges,
        double elapsed,
        string? reasons,
        string stopReason);

    [LoggerMessage(503, LogLevel.Warning,
        "{Service} ({Authority}): a failed {Method} was not repeated, because its work might be done twice. If a retry is safe, send an " +
        "Idempotency-Key header, mark the request with AllowRetry(), or set Retry:RetryUnsafeMethods for the client. " +
        "This is logged once per client; resilience.http.retries.suppressed counts every case.")]
    public static partial void UnsafeMethodNotRepeated(this ILogger log, string service, string? authority, HttpMethod method);

    [LoggerMessage(504, LogLevel.Warning, "{Service}: disposing a discarded response threw; the call continues.")]
    public static partial void DisposalFailed(this ILogger log, string service, Exception exception);

    [LoggerMessage(515, LogLevel.Warning,
        "{Id}: {Service}: the header {Header} of a request comes from {Layer}, which repeats calls too. Each of its attempts is sent up " +
        "to {Attempts} times. Keep one of the two layers: switch off the retries of the library, or set Retry:Enabled to false for this " +
        "client. See docs/analyzers.md.")]
    public static partial void SecondLayer(this ILogger log, string id, string service, string header, string layer, int attempts);

    [LoggerMessage(516, LogLevel.Warning,
        "{Service} ({Authority}): a failed call of {Method} was not repeated, since its work might be done twice. If it has no side " +
        "effects or is idempotent, add it to Retry:RepeatableGrpcMethods. Logged once for a client; resilience.http.retries.suppressed " +
        "counts all of them.")]
    public static partial void GrpcMethodNotRepeated(this ILogger log, string service, string? authority, string? method);
}
