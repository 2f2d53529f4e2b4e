namespace Resilience.Http.CircuitBreaker;

/// <summary>A place in a half-open circuit. It is leased: an attempt that never returns does not hold it for ever.</summary>
internal sealed class Trial(long leaseEndsAt, TimeSpan lease)
{
    public long LeaseEndsAt { get; } = leaseEndsAt;

    public TimeSpan Lease { get; } = lease;

    /// <summary>Its lease ran out, so it has been counted as a failure: what comes of it later changes nothing.</summary>
    public bool HasExpired { get; set; }
}
