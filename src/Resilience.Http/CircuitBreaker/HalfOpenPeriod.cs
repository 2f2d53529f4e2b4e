namespace Resilience.Http.CircuitBreaker;

/// <summary>The break has ended: a few trials show whether the service is back.</summary>
internal sealed class HalfOpenPeriod(DateTimeOffset since, string reason) : CircuitPeriod(CircuitState.HalfOpen, since, reason)
{
    private readonly List<Trial> _trials = [];
    private int _successes;

    public override string RefusalReason_NeedsLock => _trials.Count == 1
        ? $"{Reason} and the one trial is in flight"
        : $"{Reason} and all {_trials.Count} trials are in flight";

    /// <summary>The trial whose lease ends first; <see langword="null"/> where none is in flight.</summary>
    public Trial? FirstToExpire_NeedsLock => _trials.MinBy(static trial => trial.LeaseEndsAt);

    public override long? RefusesUntil_NeedsLock(HttpCircuitBreakerOptions options) =>
        _trials.Count >= options.HalfOpenMaxCalls ? FirstToExpire_NeedsLock!.LeaseEndsAt : null;

    public void Begin_NeedsLock(Trial trial) => _trials.Add(trial);

    public void End_NeedsLock(Trial trial) => _trials.Remove(trial);

    /// <returns>How many trials have succeeded.</returns>
    public int Succeed_NeedsLock() => ++_successes;
}
