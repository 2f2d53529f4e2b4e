using Resilience.Http.Content;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A place in a half-open circuit. It is leased: an attempt that never returns does not hold it for ever.</summary>
internal sealed class TrialLease(long startedAt, long leaseEndsAt, TimeSpan lease)
{
    private volatile BodyWatch? _body;

    /// <summary>Moves on with the body of the attempt, as its time limit does.</summary>
    public long LeaseEndsAt => leaseEndsAt + Math.Max(0, (_body?.TakenAt ?? startedAt) - startedAt);

    public TimeSpan Lease { get; } = lease;

    /// <summary>Its lease ran out, so it has been counted as a failure: what comes of it later changes nothing.</summary>
    public bool HasExpired { get; set; }

    public void Follow(BodyWatch? body) => _body = body;
}
