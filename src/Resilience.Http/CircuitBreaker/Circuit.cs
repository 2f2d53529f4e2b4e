using System.Diagnostics;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// The state machine of one circuit. It knows permits, results and time, and no HTTP. While it is closed, taking a permit and giving it
/// back with a success take no lock and allocate nothing; everything else runs under one lock, and what the world must hear of it
/// (<see cref="Tell"/>) after it.
/// </summary>
internal sealed class Circuit
{
    private readonly TimeProvider _clock;
    private readonly Func<double> _chance;
    private readonly Lock _gate = new();
    private readonly InFlight _inFlight = new();
    private readonly TransitionTeller _teller;
    private volatile CircuitPeriod _period;
    private volatile HttpCircuitBreakerOptions _options;
    private int _breaks;
    private volatile string? _lastFailure;

    public Circuit(
        CircuitName name, HttpCircuitBreakerOptions options, TimeProvider clock, Func<double> chance, Action<CircuitName, CircuitTransition> listener)
    {
        Name = name;
        _options = options;
        _clock = clock;
        _chance = chance;
        _teller = new(transition => listener(name, transition));
        _period = new ClosedPeriod(new ResultWindow(clock, options.SamplingWindow, clock.GetTimestamp()), clock.GetUtcNow(), reason: null);
    }

    public CircuitName Name { get; }

    /// <summary>When it was last asked for, in the order of the table's uses.</summary>
    public long LastUse { get; set; }

    /// <summary>How many permits are out.</summary>
    public long InFlight => _inFlight.Count;

    /// <summary>Whether nobody would miss it.</summary>
    public bool IsIdle => _period is ClosedPeriod && InFlight == 0;

    /// <summary>The options in force.</summary>
    public HttpCircuitBreakerOptions Options => _options;

    /// <summary>Takes a permit, or says why not.</summary>
    /// <param name="now">Timestamp of the attempt's start.</param>
    /// <param name="attemptLimit">How long the attempt may take at most; zero or less where nothing limits it.</param>
    /// <param name="permit">The permit, where one is granted.</param>
    /// <param name="refusal">The reason, where none is.</param>
    public Admission TryAcquire(long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = default;
        refusal = null;
        switch (_period)
        {
            case ClosedPeriod closed:
                // First counted, then looked again: whoever retires the circuit does it the other way round, so one of the two notices.
                _inFlight.Enter();
                if (ReferenceEquals(_period, closed))
                {
                    permit = new(this, closed, now, closed.Consecutive.Known);
                    return Admission.Granted;
                }

                _inFlight.Leave();
                break;
            case BlockedPeriod blocked when now < blocked.EndsAt:
                refusal = Refusal(blocked, blocked.Reason!, blocked.EndsAt, now);
                return Admission.Refused;
        }

        Admission admission;
        lock (_gate)
        {
            admission = Acquire_NeedsLock(now, attemptLimit, out permit, out refusal);
        }

        Tell();
        return admission;
    }

    /// <summary>Gives a permit back with a success.</summary>
    /// <returns>Whether this very result opened the circuit: it was slow, or its trial's lease had just run out.</returns>
    public bool Succeed(in CircuitPermit permit, long at)
    {
        bool opened;
        if (permit.Period is ClosedPeriod closed)
        {
            closed.Window.AddSuccess(at);
            closed.Consecutive.Reset();
            opened = IsSlow(permit, at) && Conclude(permit, at, failure: null);
        }
        else
        {
            opened = Conclude(permit, at, failure: null);
        }

        _inFlight.Leave();
        return opened;
    }

    /// <summary>Gives a permit back with a failure.</summary>
    /// <returns>Whether this very result opened the circuit.</returns>
    public bool Fail(in CircuitPermit permit, long at, in CircuitFailure failure)
    {
        var opened = Conclude(permit, at, failure);
        _inFlight.Leave();
        return opened;
    }

    /// <summary>Gives a permit back with nothing learnt.</summary>
    public void Ignore(in CircuitPermit permit)
    {
        if (permit is { Period: HalfOpenPeriod trying, Trial: { } trial })
        {
            lock (_gate)
            {
                Advance_NeedsLock(_clock.GetTimestamp());
                trying.End_NeedsLock(trial);
            }

            Tell();
        }

        _inFlight.Leave();
    }

    /// <summary>Holds the circuit open by hand. The caller calls <see cref="Tell"/> afterwards, outside every lock of its own.</summary>
    public void Isolate(string reason, long endsAt)
    {
        lock (_gate)
        {
            Advance_NeedsLock(_clock.GetTimestamp());
            Enter_NeedsLock(new BlockedPeriod(CircuitState.Isolated, endsAt, _clock.GetUtcNow(), reason), reason);
        }
    }

    /// <summary>Closes the circuit and forgets what it knew. The caller calls <see cref="Tell"/> afterwards, outside every lock of its own.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            Advance_NeedsLock(_clock.GetTimestamp());
            _lastFailure = null;
            Close_NeedsLock("reset by hand");
        }
    }

    /// <summary>Takes new options over. State, window and a break that has begun stay.</summary>
    public void Use(HttpCircuitBreakerOptions options)
    {
        lock (_gate)
        {
            _options = options;
            (_period as ClosedPeriod)?.Resize_NeedsLock(options.SamplingWindow, _clock.GetTimestamp());
        }
    }

    /// <summary>Puts the circuit out of use for good, if it is closed and nothing is in flight.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            if (_period is not ClosedPeriod closed)
            {
                return false;
            }

            _period = new Retired(closed);
            Interlocked.MemoryBarrier(); // See TryAcquire.
            if (_inFlight.Count == 0)
            {
                return true;
            }

            _period = closed;
            return false;
        }
    }

    public CircuitSnapshot Snapshot()
    {
        CircuitSnapshot snapshot;
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            Advance_NeedsLock(now);
            snapshot = Snapshot_NeedsLock(now);
        }

        Tell();
        return snapshot;
    }

    /// <summary>Tells the listener of the transitions it has not heard of, in order.</summary>
    public void Tell() => _teller.Tell();

    private Admission Acquire_NeedsLock(long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = default;
        refusal = null;
        Advance_NeedsLock(now);
        if (_period.RefusesUntil_NeedsLock(_options) is { } end)
        {
            refusal = Refusal(_period, _period.RefusalReason_NeedsLock, end, now);
            return Admission.Refused;
        }

        switch (_period)
        {
            case ClosedPeriod closed:
                permit = new(this, closed, now, closed.Consecutive.Known);
                break;
            case HalfOpenPeriod trying:
                var lease = attemptLimit > _options.RecoveryTimeout ? attemptLimit : _options.RecoveryTimeout;
                var trial = new Trial(_clock.After(now, lease), lease);
                trying.Begin_NeedsLock(trial);
                permit = new(this, trying, now, Trial: trial);
                break;
            default:
                return Admission.Retired;
        }

        _inFlight.Enter();
        return Admission.Granted;
    }

    /// <summary>Counts a result that needs the lock: a failure, a slow one, or that of a trial.</summary>
    private bool Conclude(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        bool opened;
        lock (_gate)
        {
            var current = ReferenceEquals(_period, permit.Period);
            Advance_NeedsLock(at);
            if (ReferenceEquals(_period, permit.Period))
            {
                _lastFailure = failure?.Text ?? _lastFailure;
                if (permit.Period is ClosedPeriod closed)
                {
                    ConcludeClosed_NeedsLock(closed, permit, at, failure);
                }
                else
                {
                    ConcludeTrial_NeedsLock((HalfOpenPeriod)permit.Period, permit.Trial!, at, failure);
                }
            }

            opened = current && _period.State == CircuitState.Open;
        }

        Tell();
        return opened;
    }

    private void ConcludeClosed_NeedsLock(ClosedPeriod closed, in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        string? reason = null;
        var slow = IsSlow(permit, at);
        if (slow)
        {
            closed.Window.AddSlow_NeedsLock(at);
        }

        if (failure is { } failed)
        {
            closed.Window.AddFailure_NeedsLock(at);
            var window = closed.Window.Sum_NeedsLock(at);
            var row = failed.Throttled
                ? closed.Consecutive.Count
                : closed.Consecutive.Add_NeedsLock(permit.KnownFailures, !failed.TimedOut && OpeningRules.HoldsEnough(_options, window));
            reason = OpeningRules.AfterFailure(_options, window, row, failed);
        }

        reason ??= slow ? OpeningRules.AfterSlowResult(_options, closed.Window.Sum_NeedsLock(at)) : null;
        if (reason is not null)
        {
            Open_NeedsLock(at, reason, failure?.RetryAfter, _breaks++);
        }
    }

    private void ConcludeTrial_NeedsLock(HalfOpenPeriod trying, Trial trial, long at, CircuitFailure? failure)
    {
        trying.End_NeedsLock(trial);
        if (failure is not { } failed)
        {
            var successes = trying.Succeed_NeedsLock();
            if (successes >= _options.HalfOpenMaxCalls)
            {
                Close_NeedsLock($"{successes} trials succeeded");
            }
        }
        else if (failed.Throttled)
        {
            Open_NeedsLock(at, $"a trial was throttled: {failed.Text}", failed.RetryAfter, Math.Max(0, _breaks - 1));
        }
        else
        {
            Open_NeedsLock(at, $"a trial failed: {failed.Text}", failed.RetryAfter, _breaks++);
        }
    }

    /// <summary>Lets happen what time alone brings about, at the moment it was due: breaks end, and so do the leases of trials that never return.</summary>
    private void Advance_NeedsLock(long now)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        while (true)
        {
            switch (_period)
            {
                case BlockedPeriod blocked when now >= blocked.EndsAt:
                    var ended = blocked.State == CircuitState.Isolated ? "the isolation has ended" : "the break has ended";
                    Enter_NeedsLock(new HalfOpenPeriod(TimeOf(blocked.EndsAt), ended), ended);
                    break;
                case HalfOpenPeriod trying when trying.FirstToExpire_NeedsLock is { } trial && now > trial.LeaseEndsAt:
                    _lastFailure = $"a trial did not return within {DurationText.Of(trial.Lease)}";
                    Open_NeedsLock(trial.LeaseEndsAt, _lastFailure, retryAfter: null, _breaks++);
                    break;
                default:
                    return;
            }
        }
    }

    private void Open_NeedsLock(long at, string reason, TimeSpan? retryAfter, int breaksBefore)
    {
        var length = BreakLength.Of(_options, breaksBefore, retryAfter, _chance());
        Enter_NeedsLock(new BlockedPeriod(CircuitState.Open, _clock.After(at, length), TimeOf(at), reason), reason);
    }

    private void Close_NeedsLock(string reason)
    {
        _breaks = 0;
        var window = new ResultWindow(_clock, _options.SamplingWindow, _clock.GetTimestamp());
        Enter_NeedsLock(new ClosedPeriod(window, _clock.GetUtcNow(), reason), reason);
    }

    private void Enter_NeedsLock(CircuitPeriod next, string reason)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (next.State != _period.State)
        {
            _teller.Note(new()
            {
                ServiceName = Name.Service,
                Authority = Name.Authority,
                From = _period.State,
                To = next.State,
                Reason = reason,
                At = next.Since,
            });
        }

        _period = next;
    }

    private CircuitSnapshot Snapshot_NeedsLock(long now)
    {
        var closed = _period as ClosedPeriod;
        var window = closed?.Window.Sum_NeedsLock(now) ?? default;
        return new()
        {
            ServiceName = Name.Service,
            Authority = Name.Authority,
            State = _period.State,
            Since = _period.Since,
            RetryAfter = _period.RefusesUntil_NeedsLock(_options) is { } end ? _clock.Until(now, end) : null,
            ConsecutiveFailures = closed?.Consecutive.Count ?? 0,
            Throughput = window.Throughput,
            FailureRatio = window.FailureRatio,
            SlowRatio = window.SlowRatio,
            LastFailure = _lastFailure,
            Reason = _period.Reason,
        };
    }

    private CircuitRefusal Refusal(CircuitPeriod period, string reason, long endsAt, long now) =>
        new(Name, period.State, period.Since, reason, _lastFailure, _clock.Until(now, endsAt), _clock);

    private bool IsSlow(in CircuitPermit permit, long at) =>
        _options.SlowCallDuration != Timeout.InfiniteTimeSpan && _clock.GetElapsedTime(permit.StartedAt, at) > _options.SlowCallDuration;

    /// <summary>The wall clock's reading at a timestamp of the past.</summary>
    private DateTimeOffset TimeOf(long timestamp) => _clock.GetUtcNow() - _clock.GetElapsedTime(timestamp);

    /// <summary>No longer in the table: whoever still holds the circuit looks the authority up again.</summary>
    private sealed class Retired(ClosedPeriod last) : CircuitPeriod(CircuitState.Closed, last.Since, last.Reason);
}
