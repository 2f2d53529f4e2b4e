using Microsoft.Extensions.Logging;

namespace Resilience.Http.Fallback;

internal static partial class FallbackLog
{
    public const string Category = "Resilience.Http.Fallback";

    [LoggerMessage(
        EventId = 401, SkipEnabledCheck = true,
        Message = "{Service}: answered by the {Kind} fallback, after {Attempts} attempt(s): {Cause}, {Failure}")]
    public static partial void FallbackAnswered(
        this ILogger log, LogLevel level, string service, string kind, string cause, int attempts, string failure);

    [LoggerMessage(402, LogLevel.Error, "{Service}: a fallback delegate threw or took too long; the caller gets the next fallback or the " +
        "original outcome ({Failure}).")]
    public static partial void FallbackFailed(this ILogger log, string service, string failure, Exception exception);

    [LoggerMessage(403, LogLevel.Warning, "{Service}: disposing the failed response threw; the caller gets the answer of the fallback.")]
    public static partial void DisposalFailed(this ILogger log, string service, Exception exception);

    [LoggerMessage(404, LogLevel.Warning,
        "{Service}: StaleIfError is on, but an answer cannot be kept: {Reason}. In an outage it could reach another user. " +
        "If the service needs no cookies, set UseCookies = false on a SocketsHttpHandler without credentials as the primary handler; " +
        "if its answers are the same for all users, set Fallback:ShareStaleAnswers to true.")]
    public static partial void NothingKept(this ILogger log, string service, string reason);
}
