using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>
/// When a fallback is asked: on refusals, timeouts and transient outcomes; never on the caller's cancellation or another answer of the
/// server.
/// </summary>
internal static class FallbackRules
{
    public static FallbackCause? CauseOf(
        CallContext context, HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        if (exception is not null && context.CallerToken.IsCancellationRequested)
        {
            return null;
        }

        if (context.Attempt.Refused)
        {
            return FallbackCause.Refused;
        }

        if (exception is not null && context.Attempt.FiredTimeout is not null)
        {
            return FallbackCause.TimedOut;
        }

        return context.Attempt.Judge(request, response, exception).Verdict switch
        {
            AttemptVerdict.Transient => FallbackCause.Failed,
            // A response with this verdict is an answer about the caller's own work.
            AttemptVerdict.Retryable when exception is not null => FallbackCause.Failed,
            _ => null,
        };
    }
}
