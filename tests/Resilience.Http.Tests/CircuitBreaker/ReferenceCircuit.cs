namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// The circuit as its design describes it: plain lists, one lock, nothing clever. It never draws chance: breaks last exactly as long as
/// asked.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="clock">The time.</param>
/// <param name="busy">A busy circuit does not tell apart what begins at the same reading of the clock.</param>
internal sealed class ReferenceCircuit(HttpCircuitBreakerOptions options, Func<TimeSpan> clock, bool busy)
{
    private const double Chance = 1e-6;

    private readonly Lock _lock = new();
    private readonly List<Permit> _permits = [];
    private readonly List<(int Permit, TimeSpan LeaseEnd)> _trials = [];
    private readonly List<(TimeSpan At, bool Failed, bool Slow)> _results = [];
    private readonly List<(long Order, int Known, TimeSpan StartedAt, int Before)> _row = [];
    private TimeSpan _began = clock(), _until;
    private TimeSpan? _asked, _ratioReachedAt;
    private (int Row, int Throughput, int Failures, int Slow) _lastClosed;
    private int _period, _counted, _unrefuted, _inFlight, _breaks, _quota, _sends, _successes, _failures;
    private long _newestSuccess;
    private bool _throttled;
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
            CircuitState.HalfOpen when IsFull() => _trials.Max(trial => trial.LeaseEnd) - clock(),
            _ => null,
        };
        var seen = Counts();
        return (State, _began, retryAfter, seen.Row, seen.Throughput, seen.Failures, seen.Slow);
    }

    /// <summary>The number of the permit, or null if it is refused.</summary>
    public int? Acquire(TimeSpan attemptTimeout)
    {
        using var _ = Enter();
        if (State is CircuitState.Open or CircuitState.Isolated || (State == CircuitState.HalfOpen && IsFull()))
        {
            return null;
        }

        _inFlight++;
        _permits.Add(new(_period, clock(), busy ? clock().Ticks : _permits.Count + 1, _counted));
        var returned = attemptTimeout > TimeSpan.Zero ? attemptTimeout + TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        var lease = returned > Options.RecoveryTimeout ? returned : Options.RecoveryTimeout;
        if (State == CircuitState.HalfOpen)
        {
            _trials.Add((_permits.Count - 1, clock() + lease));
        }

        if (State == CircuitState.HalfOpen)
        {
            _sends++;
        }

        return _permits.Count - 1;
    }

    /// <summary>Gives a permit back; whether that opened the circuit.</summary>
    public bool Return(int number, AttemptVerdict verdict, bool timedOut = false, bool throttled = false, TimeSpan? retryAfter = null)
    {
        var (permit, inTime) = (_permits[number], _permits[number].Period == _period);
        using var _ = Enter();
        _inFlight--;
        var wasTrial = _trials.RemoveAll(trial => trial.Permit == number) > 0;
        if (verdict == AttemptVerdict.Ignored)
        {
            return wasTrial && AfterTrial(clock()) && false;
        }

        if (permit.Period != _period)
        {
            return inTime && State == CircuitState.Open; // Its own lease has just run out.
        }

        var failed = verdict != AttemptVerdict.Success;
        return State != CircuitState.HalfOpen ? ReturnClosed(permit, failed, timedOut, throttled, retryAfter)
            : wasTrial && (failed ? FailTrial(clock(), throttled, retryAfter) : SucceedTrial());
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
        var window = Window(permit.StartedAt);
        var (enough, failures) = (window.Count >= Options.MinimumThroughput, window.Count(result => result.Failed));
        if (!failed)
        {
            _newestSuccess = Math.Max(_newestSuccess, permit.Order);
        }

        _row.RemoveAll(row => row.Order < _newestSuccess);
        var lengthens = failed && !throttled && permit.Order >= _newestSuccess;
        if (lengthens)
        {
            _unrefuted++;
            if (timedOut || permit.Counted == _counted)
            {
                _counted++;
                _row.Add((permit.Order, _results.Count, permit.StartedAt, _unrefuted - 1));
            }
        }

        var first = _row.Count == 0 ? default : _row.MinBy(row => row.Order);
        var answered = _results
            .Skip(first.Known)
            .Count(result => !result.Failed && Bucket(clock()) - Bucket(result.At) < 20);

        var inRow = Math.Max(_row.Count, _unrefuted - first.Before);
        if (failed)
        {
            var reached = Options.FailureRatio > 0 && enough && failures > 1 && failures >= Options.FailureRatio * window.Count;
            _ratioReachedAt = reached ? _ratioReachedAt ?? clock() : null;
        }

        var hadTheirTime = timedOut
            || (lengthens && _row.Count > 0 && clock() - first.StartedAt >= Options.SamplingWindow)
            || clock() - _ratioReachedAt >= Options.SamplingWindow;
        var pending = hadTheirTime ? 0 : _inFlight;
        var before = Math.Max(0.0, failures - inRow);
        var chance = enough && failures < window.Count && Math.Pow(before / (before + window.Count - failures), _row.Count) > Chance;
        var opens = (lengthens
            && Options.FailureThreshold > 0
            && _row.Count >= Options.FailureThreshold
            && _row.Count >= 4 * answered
            && inRow >= 4 * pending
            && !chance)
            || (failed
                && Options.FailureRatio > 0
                && enough
                && failures >= Options.FailureRatio * window.Count
                && failures >= Math.Min(Options.FailureRatio, 0.8) * (window.Count + pending))
            || (slow && enough && window.Count(result => result.Slow) >= Options.SlowCallRatio * window.Count);
        return opens && Open(clock(), _breaks + 1, retryAfter);
    }

    private bool SucceedTrial()
    {
        _successes++;
        if (2 * _successes > _quota)
        {
            Become(CircuitState.Closed, clock(), breaks: 0);
        }
        else
        {
            AfterTrial(clock());
        }

        return State == CircuitState.Open;
    }

    private bool FailTrial(TimeSpan at, bool throttled, TimeSpan? retryAfter)
    {
        (_failures, _throttled) = (_failures + 1, _throttled || throttled);
        if (retryAfter > (_asked ?? TimeSpan.MinValue))
        {
            _asked = retryAfter;
        }

        return 2 * (_quota - _failures) <= _quota ? OpenAgain(at) : AfterTrial(at);
    }

    private bool AfterTrial(TimeSpan at) => _trials.Count == 0 && _sends >= 2 * _quota && OpenAgain(at);

    private bool OpenAgain(TimeSpan at) => Open(at, _successes > 0 || _throttled ? Math.Max(1, _breaks) : _breaks + 1, _asked);

    private bool IsFull() => _trials.Count + _successes + _failures >= _quota || _sends >= 2 * _quota;

    /// <summary>The second break is as long as the first, each later one twice as long as the one before it.</summary>
    private bool Open(TimeSpan at, int breaks, TimeSpan? retryAfter)
    {
        var (least, most) = (Options.RecoveryTimeout, retryAfter is null ? Options.MaxRecoveryTimeout : TimeSpan.FromMinutes(5));
        var length = retryAfter ?? Options.RecoveryTimeout * Math.Pow(2, Math.Max(0, breaks - 2));
        Become(CircuitState.Open, at, breaks);
        _until = at + (length < least ? least : length > most ? most : length);
        return true;
    }

    /// <summary>
    /// Before anything else time passes: breaks end at their end, and a trial that has not returned after its lease counts as a failure
    /// then.
    /// </summary>
    private Lock.Scope Enter()
    {
        var scope = _lock.EnterScope();
        while (true)
        {
            if (State is CircuitState.Open or CircuitState.Isolated && clock() >= _until)
            {
                Become(CircuitState.HalfOpen, _until, _breaks);
            }
            else if (_trials.Count > 0 && _trials.MinBy(trial => trial.LeaseEnd) is var first && clock() > first.LeaseEnd)
            {
                Expire(first);
            }
            else
            {
                return scope;
            }
        }
    }

    private void Expire((int Permit, TimeSpan LeaseEnd) trial)
    {
        _trials.Remove(trial);
        FailTrial(trial.LeaseEnd, throttled: false, retryAfter: null);
    }

    private void Become(CircuitState state, TimeSpan at, int breaks)
    {
        if (State == CircuitState.Closed)
        {
            _lastClosed = Counts();
        }

        if (State != state)
        {
            Path.Add(state);
        }

        (_began, _period, _breaks, _quota) = (at, _period + 1, breaks, Options.HalfOpenMaxCalls);
        (_sends, _successes, _failures, _throttled, _asked) = (0, 0, 0, false, null);
        if (state == CircuitState.Closed)
        {
            (_lastClosed, _newestSuccess, _counted, _unrefuted, _ratioReachedAt) = (default, 0, 0, 0, null);
        }

        _row.Clear();
        _results.Clear();
        _trials.Clear();
    }

    private (int Row, int Throughput, int Failures, int Slow) Counts()
    {
        if (State != CircuitState.Closed)
        {
            return _lastClosed;
        }

        var seen = Window(clock());
        return (_row.Count, seen.Count, seen.Count(result => result.Failed), seen.Count(result => result.Slow));
    }

    /// <summary>
    /// Ten buckets of a tenth, counted from the period's start: the one of now and the nine before it, and for a long attempt as many as it
    /// took, up to ten.
    /// </summary>
    private List<(TimeSpan At, bool Failed, bool Slow)> Window(TimeSpan startedAt) =>
        _results.FindAll(result => Bucket(clock()) - Bucket(result.At) < Math.Min(20, 10 + Bucket(clock()) - Bucket(startedAt)));
    private long Bucket(TimeSpan at) => (at - _began).Ticks / (Options.SamplingWindow.Ticks / 10);
    private sealed record Permit(int Period, TimeSpan StartedAt, long Order, int Counted);
}
