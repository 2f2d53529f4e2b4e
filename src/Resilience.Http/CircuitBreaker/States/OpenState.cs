using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Open or isolated: nothing goes through until the end. It never changes, so refusing needs no lock.</summary>
internal sealed class OpenState : CircuitStateBase
{
    private readonly long _endsAt;
    private readonly SharedBreak? _shared;

    private OpenState(
        CircuitEnvironment terms,
        CircuitState state,
        long beganAt,
        long endsAt,
        DateTimeOffset since,
        string reason,
        BreakHistory memory,
        SharedBreak? shared = null)
        : base(terms, state, beganAt, since, reason, memory with { Outage = memory.Outage ?? new(beganAt, since) }) =>
        (_endsAt, _shared) = (endsAt, shared);

    public override SharedBreak? Shared => _shared;

    /// <summary>Timestamp of its end, or <see cref="Timestamps.Never"/>.</summary>
    public long EndsAt => _endsAt;

    public override TimeSpan? RetryAfterAtStart => Terms.Clock.Until(BeganAt, _endsAt);

    protected override long? RefusesUntil_NeedsLock => _endsAt;

    /// <summary>Begins a break.</summary>
    /// <param name="terms">What the circuit goes by.</param>
    /// <param name="at">Timestamp of its beginning.</param>
    /// <param name="reason">Why it begins.</param>
    /// <param name="retryAfter">How long the service asked to be left alone.</param>
    /// <param name="memory">What is remembered, this break included.</param>
    public static OpenState Open(CircuitEnvironment terms, long at, string reason, TimeSpan? retryAfter, BreakHistory memory)
    {
        var length = BreakDuration.Compute(terms.Options, breaksBefore: Math.Max(0, memory.Breaks - 1), retryAfter, terms.Chance());
        return new(terms, CircuitState.Open, at, terms.Clock.After(at, length), terms.TimeOf(at), reason, memory);
    }

    /// <summary>Begins, or takes part in, a break of all replicas.</summary>
    public static OpenState SharedOpen(
        CircuitEnvironment terms, long at, long endsAt, string reason, SharedBreak shared, BreakHistory memory) =>
        new(
            terms,
            CircuitState.Open,
            at,
            endsAt,
            terms.TimeOf(at),
            reason,
            memory with { Breaks = Math.Max(1, memory.Breaks) },
            shared);

    /// <summary>Held open by hand.</summary>
    public static OpenState Isolated(CircuitEnvironment terms, Isolation isolation, BreakHistory memory) =>
        new(terms, CircuitState.Isolated, isolation.BeganAt, isolation.EndsAt, isolation.Since, isolation.Reason, memory);

    public override AuthorityAdmission GetAdmission(long now) => now < _endsAt
        ? new(AdmissionState.Refused, _endsAt)
        : _shared?.GetAdmission(now)
            ?? new(AdmissionState.Trial, TrialOverdueAt: Terms.Clock.After(_endsAt, Terms.Options.RecoveryTimeout));

    /// <summary>Refuses, without a lock. Exactly at the end it does not.</summary>
    public bool TryRefuse(long now, [NotNullWhen(true)] out CircuitRefusal? refusal)
    {
        refusal = now < _endsAt ? Refusal(Reason!, _endsAt, now) : null;
        return refusal is not null;
    }

    public override CircuitStateBase? Elapse_NeedsLock(long now)
    {
        if (now < _endsAt)
        {
            return null;
        }

        return _shared is not null
            ? new SharedTrialState(Terms, _endsAt, Memory, _shared)
            : new HalfOpenState(Terms, _endsAt, State == CircuitState.Isolated ? "the isolation has ended" : "the break has ended", Memory);
    }

    public override AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = default;
        refusal = Refusal(Reason!, _endsAt, now);
        return AcquireResult.Refused;
    }
}
