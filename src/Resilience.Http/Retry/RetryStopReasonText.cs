namespace Resilience.Http.Retry;

internal static class RetryStopReasonText
{
    /// <summary>The reason as a tag and a log field.</summary>
    public static string Text(this RetryStopReason reason) => reason switch
    {
        RetryStopReason.Success => "success",
        RetryStopReason.NotTransient => "not_transient",
        RetryStopReason.MaxRetriesReached => "max_retries_reached",
        RetryStopReason.BudgetEmpty => "budget_empty",
        RetryStopReason.UnsafeMethod => "unsafe_method",
        RetryStopReason.BodyNotReplayable => "body_not_replayable",
        RetryStopReason.DeadlineTooNear => "deadline_too_near",
        RetryStopReason.RetryAfterPastDeadline => "retry_after_past_deadline",
        RetryStopReason.OutcomeUnknown => "outcome_unknown",
        RetryStopReason.CircuitOpen => "circuit_open",
        RetryStopReason.LimitExceeded => "limit_exceeded",
        RetryStopReason.CallerCanceled => "caller_canceled",
        RetryStopReason.RequestDisposed => "request_disposed",
        RetryStopReason.Disabled => "disabled",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
