namespace Resilience.Http;

/// <summary>Whether a circuit breaker acts on what it finds.</summary>
public enum HttpCircuitBreakerMode
{
    /// <summary>An open circuit refuses attempts.</summary>
    Enforce,

    /// <summary>An open circuit judges, counts and reports, and refuses nothing: for trying settings out in production.</summary>
    Observe,
}
