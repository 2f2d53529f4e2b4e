using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// A shared break has ended: all replicas together have as many trials as one circuit has by itself. A call is a trial if this replica was
/// given a pass, or else it is refused at once. What the trials show is decided outside, since most of them are sent by other replicas.
/// </summary>
internal sealed class SharedTrialState(CircuitEnvironment terms, long beganAt, BreakHistory memory, SharedBreak shared)
    : CircuitStateBase(terms, CircuitState.HalfOpen, beganAt, terms.TimeOf(beganAt), "the break of the fleet has ended", memory)
{
    private TrialLease? _trial;
    private bool _wasAsked;

    public override SharedBreak Shared => shared;

    public override AuthorityAdmission GetAdmission(long now) => shared.GetAdmission(now);

    /// <summary>A trial that never returns has failed. If nothing more is heard from the fleet, the circuit has its own trials.</summary>
    public override CircuitStateBase? Elapse_NeedsLock(long now)
    {
        if (_trial is { } trial && now > trial.LeaseEndsAt)
        {
            trial.HasExpired = true;
            End_NeedsLock(succeeded: false, new($"no answer within {DurationText.Format(trial.Lease)}"));
        }

        return shared.IsTrusted(now)
            ? null
            : new HalfOpenState(
                Terms, Math.Max(BeganAt, shared.TrustedUntil), "the break has ended, and the fleet is out of reach", Memory);
    }

    public override AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        _wasAsked = true;
        if (shared.TakePass_NeedsLock(now) is null)
        {
            permit = default;
            refusal = Refusal($"{Reason}, and its trials are with other replicas", shared.TrustedUntil, now);
            return AcquireResult.Refused;
        }

        _trial = TrialLease.Begin(Terms, now, attemptLimit);
        permit = new(circuit, this, now, Terms.Traffic.Enter(now), Trial: _trial);
        refusal = null;
        return AcquireResult.Granted;
    }

    public override CircuitStateBase? Conclude_NeedsLock(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        if (ReferenceEquals(_trial, permit.Trial))
        {
            End_NeedsLock(failure is null, failure);
        }

        return null;
    }

    public override CircuitStateBase? GiveBack_NeedsLock(TrialLease trial, long at)
    {
        if (ReferenceEquals(_trial, trial))
        {
            End_NeedsLock(succeeded: null, failure: null);
        }

        return null;
    }

    public override CircuitSnapshot Snapshot_NeedsLock(long now) => base.Snapshot_NeedsLock(now) with
    {
        OutageGoesOn = _wasAsked,
        RetryAfter = shared.HasPass(now) ? null : Terms.Clock.Until(now, shared.TrustedUntil),
    };

    private void End_NeedsLock(bool? succeeded, CircuitFailure? failure)
    {
        _trial = null;
        if (failure is { } failed)
        {
            Memory = Memory with { LastFailure = failed.Text };
        }

        if (shared.Pass is { } pass)
        {
            shared.Result = new(pass.Token, succeeded, failure);
        }
    }
}
