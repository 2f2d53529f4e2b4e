namespace Resilience.Http.CircuitBreaker;

/// <summary>Open or isolated: nothing goes through until the end. It never changes, so refusing needs no lock.</summary>
internal sealed class BlockedPeriod(CircuitState state, long endsAt, DateTimeOffset since, string reason) : CircuitPeriod(state, since, reason)
{
    /// <summary>Timestamp from which trials are let through; <see cref="Timestamps.Never"/> where only a reset ends it.</summary>
    public long EndsAt { get; } = endsAt;

    public override long? RefusesUntil_NeedsLock(HttpCircuitBreakerOptions options) => EndsAt;
}
