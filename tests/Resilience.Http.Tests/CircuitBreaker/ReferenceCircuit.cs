namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>The circuit as the design tells it: plain lists, one lock, nothing clever. It never draws chance: breaks last exactly as long as asked.</summary>
internal sealed class ReferenceCircuit(HttpCircuitBreakerOptions options, Func<TimeSpan> clock)
{
    private readonly Lock _lock = new();
    private readonly List<Permit> _permits = [];
    private readonly List<(int Permit, TimeSpan LeaseEnd)> _trials = [];
    private readonly List<(TimeSpan At, bool Failed, bool Slow)> _results = [];
    private TimeSpan _began = clock(), _until;
    private int _period, _moment, _lastCountedFailure, _row, _trialSuccesses, _breaks;
    public List<CircuitState> Path { get; } = [CircuitState.Closed];
    public HttpCircuitBreakerOptions Options { get; set; } = options;
    private CircuitState State => Path[^1];

    /// <summary>Everything that can be seen of it from outside.</summary>
    public (CircuitState State, TimeSpan Began, TimeSpan? RetryAfter, int Row, int Throughput, int Failures, int Slow) Look()
    {
        using var _ = Enter();
        TimeSpan? retryAfter = State switch
        {
            CircuitState.Open or CircuitState.Isolated => _until == TimeSpan.MaxValue ? null : _until - clock(),
            CircuitState.HalfOpen when _trials.Count >= Options.HalfOpenMaxCalls => _trials.Min(trial => trial.LeaseEnd) - clock(),
            _ => null,
        };
        var seen = State == CircuitState.Closed ? Window() : [];
        return (State, _began, retryAfter, _row, seen.Count, seen.Count(result => result.Failed), seen.Count(result => result.Slow));
    }

    /// <summary>The number of the permit, or null where it is refused.</summary>
    public int? Acquire(TimeSpan attemptTimeout)
    {
        using var _ = Enter();
        if (State is CircuitState.Open or CircuitState.Isolated || (State == CircuitState.HalfOpen && _trials.Count >= Options.HalfOpenMaxCalls)) return null;
        _permits.Add(new(_period, clock(), ++_moment));
        var returned = attemptTimeout > TimeSpan.Zero ? attemptTimeout + TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        var lease = returned > Options.RecoveryTimeout ? returned : Options.RecoveryTimeout;
        if (State == CircuitState.HalfOpen) _trials.Add((_permits.Count - 1, clock() + lease));
        return _permits.Count - 1;
    }

    /// <summary>Gives a permit back; whether that opened the circuit.</summary>
    public bool Return(int number, AttemptVerdict verdict, bool timedOut = false, bool throttled = false, TimeSpan? retryAfter = null)
    {
        var (permit, inTime) = (_permits[number], _permits[number].Period == _period);
        using var _ = Enter();
        _trials.RemoveAll(trial => trial.Permit == number);
        if (verdict == AttemptVerdict.Ignored) return false;
        if (permit.Period != _period) return inTime && State == CircuitState.Open; // Its own lease has just run out.
        var failed = verdict != AttemptVerdict.Success;
        return State == CircuitState.HalfOpen ? ReturnTrial(failed, throttled, retryAfter) : ReturnClosed(permit, failed, timedOut, throttled, retryAfter);
    }

    public void Isolate(TimeSpan? duration)
    {
        using var _ = Enter();
        Become(CircuitState.Isolated, clock(), _breaks);
        _until = duration is { } limit ? clock() + limit : TimeSpan.MaxValue;
    }

    public void Reset()
    {
        using var _ = Enter();
        Become(CircuitState.Closed, clock(), breaks: 0);
    }

    private bool ReturnClosed(Permit permit, bool failed, bool timedOut, bool throttled, TimeSpan? retryAfter)
    {
        var slow = Options.SlowCallDuration > TimeSpan.Zero && clock() - permit.StartedAt > Options.SlowCallDuration;
        _results.Add((clock(), failed, slow));
        var window = Window();
        var enough = window.Count >= Options.MinimumThroughput;
        var burst = enough && !timedOut && permit.Moment < _lastCountedFailure;
        if (!failed) _row = 0;
        else if (!throttled && !burst) (_row, _lastCountedFailure) = (_row + 1, ++_moment);
        var opens = (failed && !throttled && Options.FailureThreshold > 0 && _row >= Options.FailureThreshold)
            || (failed && Options.FailureRatio > 0 && enough && window.Count(result => result.Failed) >= Options.FailureRatio * window.Count)
            || (slow && enough && window.Count(result => result.Slow) >= Options.SlowCallRatio * window.Count);
        return opens && Open(clock(), _breaks, _breaks + 1, retryAfter);
    }

    private bool ReturnTrial(bool failed, bool throttled, TimeSpan? retryAfter)
    {
        if (failed) return Open(clock(), throttled ? Math.Max(0, _breaks - 1) : _breaks, throttled ? Math.Max(1, _breaks) : _breaks + 1, retryAfter);
        if (++_trialSuccesses >= Options.HalfOpenMaxCalls) Become(CircuitState.Closed, clock(), breaks: 0);
        return false;
    }

    private bool Open(TimeSpan at, int doublings, int breaks, TimeSpan? retryAfter)
    {
        var (least, most, asked) = (Options.RecoveryTimeout, Options.MaxRecoveryTimeout, retryAfter ?? Options.RecoveryTimeout * Math.Pow(2, doublings));
        Become(CircuitState.Open, at, breaks);
        _until = at + (asked < least ? least : asked > most ? most : asked);
        return true;
    }

    /// <summary>Before anything else time passes: breaks end at their end, and a trial that has not returned after its lease counts as a failure then.</summary>
    private Lock.Scope Enter()
    {
        var scope = _lock.EnterScope();
        while (true)
        {
            if (State is CircuitState.Open or CircuitState.Isolated && clock() >= _until) Become(CircuitState.HalfOpen, _until, _breaks);
            else if (_trials.Count > 0 && _trials.Min(trial => trial.LeaseEnd) is var end && clock() > end) Open(end, _breaks, _breaks + 1, null);
            else return scope;
        }
    }

    private void Become(CircuitState state, TimeSpan at, int breaks)
    {
        if (State != state) Path.Add(state);
        (_began, _row, _trialSuccesses, _period, _breaks) = (at, 0, 0, _period + 1, breaks);
        _results.Clear();
        _trials.Clear();
    }

    /// <summary>Ten buckets of a tenth, counted from the period's start: the one of now and the nine before it.</summary>
    private List<(TimeSpan At, bool Failed, bool Slow)> Window() => _results.FindAll(result => Bucket(clock()) - Bucket(result.At) < 10);
    private long Bucket(TimeSpan at) => (at - _began).Ticks / (Options.SamplingWindow.Ticks / 10);
    private sealed record Permit(int Period, TimeSpan StartedAt, int Moment);
}
