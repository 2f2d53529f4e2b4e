namespace Resilience.Http.CircuitBreaker;

/// <summary>Why an attempt was not let through.</summary>
internal readonly record struct CircuitRefusal(
    CircuitName Circuit,
    CircuitState State,
    DateTimeOffset Since,
    string Reason,
    string? LastFailure,
    TimeSpan? RetryAfter,
    TimeProvider Clock);
