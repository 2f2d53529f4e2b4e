namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Why an attempt was not let through.</summary>
internal sealed record CircuitRefusal(
    CircuitEnvironment Circuit,
    CircuitState State,
    DateTimeOffset Since,
    string Reason,
    string? LastFailure,
    TimeSpan? RetryAfter);
