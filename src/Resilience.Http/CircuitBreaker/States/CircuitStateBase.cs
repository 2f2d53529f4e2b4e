using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// One stay in one state, from a transition to the next. A period decides what calls, results and time do to the circuit. What may end it
/// returns the period that follows, or <see langword="null"/> where this one lasts.
/// </summary>
internal abstract class CircuitStateBase(
    CircuitEnvironment terms, CircuitState state, long beganAt, DateTimeOffset since, string? reason, BreakHistory memory)
{
    public CircuitState State { get; } = state;

    /// <summary>Timestamp of its beginning, for lengths that no change of the wall clock touches.</summary>
    public long BeganAt { get; } = beganAt;

    public DateTimeOffset Since { get; } = since;

    /// <summary>Why it began; <see langword="null"/> for a circuit's first.</summary>
    public string? Reason { get; } = reason;

    public BreakHistory Memory { get; protected set; } = memory;

    /// <summary>How long it refuses calls from its beginning on; <see langword="null"/> if that is not known, or if it does not.</summary>
    public virtual TimeSpan? RetryAfterAtStart => null;

    /// <summary>The break of all replicas that this is a part of; <see langword="null"/> if it is the circuit's own.</summary>
    public virtual SharedBreak? Shared => null;

    protected CircuitEnvironment Terms { get; } = terms;

    /// <summary>
    /// Timestamp until which calls are refused, <see cref="Timestamps.Never"/> where none is known; <see langword="null"/> where they are
    /// let through.
    /// </summary>
    protected virtual long? RefusesUntil_NeedsLock => null;

    /// <summary>What an attempt that begins now can expect. Read without the lock, so it may be outdated.</summary>
    public abstract AuthorityAdmission GetAdmission(long now);

    /// <summary>What time alone brings about, at the moment it was due.</summary>
    public virtual CircuitStateBase? Elapse_NeedsLock(long now) => null;

    /// <summary>Gives a permit, or says why not.</summary>
    public abstract AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal);

    /// <summary>Takes back a permit of this period: with a failure, or a success where that is <see langword="null"/>.</summary>
    public virtual CircuitStateBase? Conclude_NeedsLock(in CircuitPermit permit, long at, CircuitFailure? failure) => null;

    /// <summary>Takes back a trial that showed nothing.</summary>
    public virtual CircuitStateBase? GiveBack_NeedsLock(TrialLease trial, long at) => null;

    /// <summary>What the next period inherits if this one ends now.</summary>
    public virtual BreakHistory Remember_NeedsLock(long now) => Memory;

    public virtual CircuitSnapshot Snapshot_NeedsLock(long now) => new()
    {
        ServiceName = Terms.Name.Service,
        Authority = Terms.Name.Authority,
        State = State,
        Mode = Terms.Options.Mode,
        Since = Terms.Clock.AsSetNow(Since, BeganAt),
        OpenedAt = Memory.Outage is { } outage ? Terms.Clock.AsSetNow(outage.Since, outage.BeganAt) : null,
        RetryAfter = RefusesUntil_NeedsLock is { } end ? Terms.Clock.Until(now, end) : null,
        ConsecutiveFailures = Memory.Counts.Consecutive,
        Throughput = Memory.Counts.Window.Throughput,
        FailureRatio = Memory.Counts.Window.FailureRatio,
        SlowRatio = Memory.Counts.Window.SlowRatio,
        LastFailure = Memory.LastFailure,
        Reason = Reason,
    };

    protected CircuitRefusal Refusal(string reason, long endsAt, long now) =>
        new(Terms, State, Since, reason, Memory.LastFailure, Terms.Clock.Until(now, endsAt));
}
