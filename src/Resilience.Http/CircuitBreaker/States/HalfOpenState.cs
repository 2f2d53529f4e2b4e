using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// The break has ended: a few trials show whether the service is back. The majority decides, as soon as the trials that are left cannot
/// change it: with three, two successes close the circuit and two failures reopen it.
/// </summary>
internal sealed class HalfOpenState(CircuitEnvironment terms, long beganAt, string reason, BreakHistory memory)
    : CircuitStateBase(terms, CircuitState.HalfOpen, beganAt, terms.TimeOf(beganAt), reason, memory)
{
    private readonly int _quota = terms.Options.HalfOpenMaxCalls;
    private readonly List<TrialLease> _trials = [];
    private long _refusesUntil;
    private int _sends;
    private int _successes;
    private int _failures;
    private bool _throttled;
    private TimeSpan? _retryAfter;

    /// <summary>Trials with a verdict are at most the quota. Those without are replaced, until twice the quota has been sent.</summary>
    private bool IsFull_NeedsLock => _trials.Count + _successes + _failures >= _quota || _sends >= 2 * _quota;

    /// <summary>
    /// As long as nothing is decided, a full period has a trial in flight. The last one decides: those that end before it may balance.
    /// </summary>
    protected override long? RefusesUntil_NeedsLock => IsFull_NeedsLock ? _trials.Max(static trial => trial.LeaseEndsAt) : null;

    private TrialLease? FirstToExpire_NeedsLock => _trials.MinBy(static trial => trial.LeaseEndsAt);

    /// <summary>A trial that has not returned when its lease is over has failed.</summary>
    public override CircuitStateBase? Elapse_NeedsLock(long now)
    {
        while (FirstToExpire_NeedsLock is { } trial && now > trial.LeaseEndsAt)
        {
            _trials.Remove(trial);
            trial.HasExpired = true;
            if (Fail_NeedsLock(trial.LeaseEndsAt, new($"no answer within {DurationText.Format(trial.Lease)}")) is { } next)
            {
                return next;
            }
        }

        return null;
    }

    public override AuthorityAdmission GetAdmission(long now) => Volatile.Read(ref _refusesUntil) is var end && now < end
        ? new(AdmissionState.Refused, end)
        : new(AdmissionState.Trial, TrialOverdueAt: Terms.Clock.After(BeganAt, Terms.Options.RecoveryTimeout));

    public override AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        if (RefusesUntil_NeedsLock is { } end)
        {
            permit = default;
            refusal = Refusal($"{Reason} and {InFlightText_NeedsLock()}", end, now);
            return AcquireResult.Refused;
        }

        var trial = TrialLease.Begin(Terms, now, attemptLimit);
        _trials.Add(trial);
        _sends++;
        ShowRefusal_NeedsLock();
        permit = new(circuit, this, now, Terms.Traffic.Enter(now), Trial: trial);
        refusal = null;
        return AcquireResult.Granted;
    }

    public override CircuitStateBase? Conclude_NeedsLock(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        _trials.Remove(permit.Trial!);
        if (permit.Trial!.HasExpired)
        {
            return null;
        }

        return failure is { } failed ? Fail_NeedsLock(at, failed) : Succeed_NeedsLock(at);
    }

    /// <summary>A trial that showed nothing makes room for another.</summary>
    public override CircuitStateBase? GiveBack_NeedsLock(TrialLease trial, long at) =>
        _trials.Remove(trial) ? AfterTrial_NeedsLock(at) : null;

    public override CircuitSnapshot Snapshot_NeedsLock(long now) =>
        base.Snapshot_NeedsLock(now) with { OutageGoesOn = _sends > 0 && _successes == 0 };

    private CircuitStateBase? Succeed_NeedsLock(long at)
    {
        _successes++;
        return _successes > _quota / 2
            ? new ClosedState(Terms, at, Of(_successes, "succeeded"), Memory.LastFailure)
            : AfterTrial_NeedsLock(at);
    }

    private OpenState? Fail_NeedsLock(long at, in CircuitFailure failure)
    {
        _failures++;
        _throttled |= failure.Throttled;
        _retryAfter = failure.RetryAfter is { } asked && !(asked <= _retryAfter) ? asked : _retryAfter;
        Memory = Memory with { LastFailure = failure.Text };
        return _failures >= _quota - (_quota / 2)
            ? Reopen_NeedsLock(at, $"{Of(_failures, "failed")}, last {failure.Text}")
            : AfterTrial_NeedsLock(at);
    }

    /// <summary>If no trial is left that could decide, the service has another break.</summary>
    private OpenState? AfterTrial_NeedsLock(long at)
    {
        ShowRefusal_NeedsLock();
        return _sends >= 2 * _quota && _trials.Count == 0
            ? Reopen_NeedsLock(at, $"{_sends} trials were sent, and too few of them had a verdict")
            : null;
    }

    /// <summary>
    /// Shows whether it refuses to those who ask without the lock. They look again when the first lease ends, since that may decide.
    /// </summary>
    private void ShowRefusal_NeedsLock() =>
        Volatile.Write(ref _refusesUntil, IsFull_NeedsLock ? FirstToExpire_NeedsLock?.LeaseEndsAt ?? 0 : 0);

    /// <summary>Only a break without any success lengthens the next. A service that throttles its trials is up.</summary>
    private OpenState Reopen_NeedsLock(long at, string why)
    {
        var breaks = _successes > 0 || _throttled ? Math.Max(1, Memory.Breaks) : Memory.Breaks + 1;
        return OpenState.Open(Terms, at, why, _retryAfter, Memory with { Breaks = breaks });
    }

    private string Of(int trials, string did) => _quota == 1 ? $"the trial {did}" : $"{trials} of {_quota} trials {did}";

    private string InFlightText_NeedsLock() => _trials.Count switch
    {
        1 => "one trial is in flight",
        var all when all == _quota => $"all {all} trials are in flight",
        var some => $"{some} trials are in flight",
    };
}
