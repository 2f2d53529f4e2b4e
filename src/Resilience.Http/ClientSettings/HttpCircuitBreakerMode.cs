namespace Resilience.Http;

/// <summary>Whether a circuit breaker refuses attempts, or only reports.</summary>
public enum HttpCircuitBreakerMode
{
    /// <summary>An open circuit refuses attempts.</summary>
    Enforce,

    /// <summary>An open circuit counts and reports, but refuses nothing. Use it to try settings in production.</summary>
    Observe,
}
