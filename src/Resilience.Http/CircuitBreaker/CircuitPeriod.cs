namespace Resilience.Http.CircuitBreaker;

/// <summary>One stay in one state, from a transition to the next.</summary>
internal abstract class CircuitPeriod(CircuitState state, DateTimeOffset since, string? reason)
{
    public CircuitState State { get; } = state;

    public DateTimeOffset Since { get; } = since;

    public string? Reason { get; } = reason;

    /// <summary>What a refused call is told.</summary>
    public virtual string RefusalReason_NeedsLock => Reason ?? "";

    /// <summary>Timestamp until which calls are refused, <see cref="Timestamps.Never"/> where none is known; <see langword="null"/> where they are let through.</summary>
    public virtual long? RefusesUntil_NeedsLock(HttpCircuitBreakerOptions options) => null;
}
