namespace Resilience.Http;

/// <summary>What an attempt came to, as retry, circuit breaker and fallback see it.</summary>
public enum AttemptVerdict
{
    /// <summary>The service answered; a 404 is an answer. Not repeated, and a success for the circuit breaker.</summary>
    Success,

    /// <summary>A passing failure: repeated where that is safe, and a failure for the circuit breaker.</summary>
    Transient,

    /// <summary>A failure that repeating does not mend: a failure for the circuit breaker, not repeated.</summary>
    Failure,

    /// <summary>Not the service's doing (the caller cancelled, say): not repeated, and unseen by the circuit breaker.</summary>
    Ignored,
}
