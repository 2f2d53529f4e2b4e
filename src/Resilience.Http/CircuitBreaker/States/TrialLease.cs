using Resilience.Http.Content;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A place in a half-open circuit. It is leased: an attempt that never returns does not hold it for ever.</summary>
internal sealed class TrialLease(long startedAt, long leaseEndsAt, TimeSpan lease)
{
    /// <summary>An attempt that is cut at its limit comes back a moment later; until then it has not failed to return.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private volatile BodyWatch? _body;

    /// <summary>Moves on with the body of the attempt, as its time limit does.</summary>
    public long LeaseEndsAt => leaseEndsAt + Math.Max(0, (_body?.TakenAt ?? startedAt) - startedAt);

    public TimeSpan Lease { get; } = lease;

    /// <summary>Its lease ran out, so it has been counted as a failure: what comes of it later changes nothing.</summary>
    public bool HasExpired { get; set; }

    /// <summary>Begins a trial of an attempt that has this limit; zero or less if nothing limits it.</summary>
    public static TrialLease Begin(CircuitEnvironment terms, long now, TimeSpan attemptLimit)
    {
        var (recovery, returned) = (terms.Options.RecoveryTimeout, attemptLimit > TimeSpan.Zero ? attemptLimit + Grace : TimeSpan.Zero);
        var lease = returned > recovery ? returned : recovery;
        return new(now, terms.Clock.After(now, lease), lease);
    }

    public void Follow(BodyWatch? body) => _body = body;
}
