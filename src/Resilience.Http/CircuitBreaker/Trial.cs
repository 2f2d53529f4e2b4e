namespace Resilience.Http.CircuitBreaker;

/// <summary>A place in a half-open circuit. It is leased: an attempt that never returns does not hold it for ever.</summary>
internal sealed class Trial(long leaseEndsAt, TimeSpan lease)
{
    public long LeaseEndsAt { get; } = leaseEndsAt;

    public TimeSpan Lease { get; } = lease;
}
