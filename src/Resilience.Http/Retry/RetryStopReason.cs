namespace Resilience.Http.Retry;

/// <summary>Why a call was not repeated (once more). The same value is logged, counted and tested.</summary>
internal enum RetryStopReason
{
    /// <summary>The call succeeded.</summary>
    Success,

    /// <summary>A retry does not fix it, or it was not caused by the service.</summary>
    NotTransient,

    /// <summary>MaxRetries.</summary>
    MaxRetriesReached,

    /// <summary>The service's retry budget is spent: more retries would feed the outage.</summary>
    BudgetEmpty,

    /// <summary>The method is not idempotent, and the caller did not declare that a retry is safe.</summary>
    UnsafeMethod,

    /// <summary>The body can be read only once, and it was.</summary>
    BodyNotReplayable,

    /// <summary>The wait would end past the deadline of the call.</summary>
    DeadlineTooNear,

    /// <summary>The service asked for a wait that would end past the deadline of the call, or is too long for one call.</summary>
    RetryAfterPastDeadline,

    /// <summary>
    /// A conditional write was answered 412, and an earlier attempt of the call may have caused that by doing the write. The caller gets
    /// the exception of that attempt.
    /// </summary>
    OutcomeUnknown,

    /// <summary>The circuit refused this attempt, or opened on it.</summary>
    CircuitOpen,

    /// <summary>A limit of this client rejected the attempt: another one would make the load worse.</summary>
    LimitExceeded,

    /// <summary>The caller's token is canceled.</summary>
    CallerCanceled,

    /// <summary>The request, or its body, was disposed while the call ran.</summary>
    RequestDisposed,

    /// <summary>Retry is off for this client, or for this request by NoRetry().</summary>
    Disabled,
}
