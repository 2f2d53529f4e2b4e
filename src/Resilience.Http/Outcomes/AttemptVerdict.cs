namespace Resilience.Http;

/// <summary>What the outcome of an attempt means for retry, circuit breaker and fallback.</summary>
public enum AttemptVerdict
{
    /// <summary>The service answered, for example with a 404: not repeated, and a success for the circuit breaker.</summary>
    Success,

    /// <summary>A temporary failure: repeated if that is safe, and a failure for the circuit breaker.</summary>
    Transient,

    /// <summary>A failure that a retry does not fix: not repeated, and a failure for the circuit breaker.</summary>
    Failure,

    /// <summary>
    /// Not caused by the service, such as a cancellation by the caller: not repeated, and not counted by the circuit breaker.
    /// </summary>
    Ignored,

    /// <summary>
    /// Repeated if that is safe, and not counted by the circuit breaker: the attempt says nothing about the health of the service. A
    /// response with this verdict is repeated after at least the whole back-off step.
    /// </summary>
    Retryable,
}
