namespace Resilience.Http.Retry;

/// <summary>Why a call was not repeated (once more). The same value is logged, counted and tested.</summary>
internal enum RetryStopReason
{
    /// <summary>There is nothing to mend.</summary>
    Success,

    /// <summary>Repeating does not mend it, or it is not the service's doing.</summary>
    NotTransient,

    /// <summary>MaxRetries.</summary>
    AttemptsUsedUp,

    /// <summary>The service's retry budget is spent: more retries would feed the outage.</summary>
    BudgetEmpty,

    /// <summary>A method that is not idempotent, and nobody said that repeating it is safe.</summary>
    UnsafeMethod,

    /// <summary>The body can be read only once, and it was.</summary>
    BodyNotReplayable,

    /// <summary>The wait would end past the deadline of the call.</summary>
    DeadlineTooNear,

    /// <summary>The service asked for a wait that would end past the deadline of the call, or is too long to be held in a call.</summary>
    RetryAfterPastDeadline,

    /// <summary>The circuit refused this attempt, or opened on it.</summary>
    CircuitOpen,

    /// <summary>The caller's token is cancelled.</summary>
    CallerCanceled,

    /// <summary>The request, or its body, was disposed of while the call ran.</summary>
    RequestDisposed,

    /// <summary>Retry is off for this client, or for this request by NoRetry().</summary>
    SwitchedOff,
}
