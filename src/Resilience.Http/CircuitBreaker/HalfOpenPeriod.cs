namespace Resilience.Http.CircuitBreaker;

/// <summary>The break has ended: a few trials show whether the service is back. As many successes as places close the circuit, one failure opens it.</summary>
internal sealed class HalfOpenPeriod(CircuitTerms terms, long beganAt, string reason, CircuitMemory memory)
    : CircuitPeriod(terms, CircuitState.HalfOpen, terms.TimeOf(beganAt), reason, memory)
{
    /// <summary>An attempt that is cut at its limit comes back a moment later; until then it has not failed to return.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly List<Trial> _trials = [];
    private int _successes;

    protected override long? RefusesUntil_NeedsLock => _trials.Count >= Terms.Options.HalfOpenMaxCalls ? FirstToExpire_NeedsLock!.LeaseEndsAt : null;

    private Trial? FirstToExpire_NeedsLock => _trials.MinBy(static trial => trial.LeaseEndsAt);

    /// <summary>A trial that has not returned when its lease is over has failed.</summary>
    public override CircuitPeriod? Elapse_NeedsLock(long now)
    {
        if (FirstToExpire_NeedsLock is not { } trial || now <= trial.LeaseEndsAt)
        {
            return null;
        }

        var failure = $"a trial did not return within {DurationText.Of(trial.Lease)}";
        return BlockedPeriod.Open(Terms, trial.LeaseEndsAt, failure, retryAfter: null, new(Memory.Breaks + 1, failure));
    }

    public override Admission Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        if (RefusesUntil_NeedsLock is { } end)
        {
            var taken = _trials.Count == 1 ? "the one trial is in flight" : $"all {_trials.Count} trials are in flight";
            permit = default;
            refusal = Refusal($"{Reason} and {taken}", end, now);
            return Admission.Refused;
        }

        var lease = LeaseFor(attemptLimit);
        var trial = new Trial(Terms.Clock.After(now, lease), lease);
        _trials.Add(trial);
        permit = new(circuit, this, now, Trial: trial);
        refusal = null;
        return Admission.Granted;
    }

    public override CircuitPeriod? Conclude_NeedsLock(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        GiveBack_NeedsLock(permit.Trial!);
        return failure switch
        {
            null => Succeed_NeedsLock(),
            { Throttled: true } asked => BlockedPeriod.Open(
                Terms, at, $"a trial was throttled: {asked.Text}", asked.RetryAfter, new(Math.Max(1, Memory.Breaks), asked.Text)),
            { } failed => BlockedPeriod.Open(
                Terms, at, $"a trial failed: {failed.Text}", failed.RetryAfter, new(Memory.Breaks + 1, failed.Text)),
        };
    }

    /// <summary>A trial that showed nothing makes room for another.</summary>
    public void GiveBack_NeedsLock(Trial trial) => _trials.Remove(trial);

    private TimeSpan LeaseFor(TimeSpan attemptLimit)
    {
        var (recovery, returned) = (Terms.Options.RecoveryTimeout, attemptLimit > TimeSpan.Zero ? attemptLimit + Grace : TimeSpan.Zero);
        return returned > recovery ? returned : recovery;
    }

    private ClosedPeriod? Succeed_NeedsLock() =>
        ++_successes < Terms.Options.HalfOpenMaxCalls ? null : new(Terms, $"{_successes} trials succeeded", Memory.LastFailure);
}
