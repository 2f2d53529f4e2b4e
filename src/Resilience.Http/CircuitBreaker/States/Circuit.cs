using System.Diagnostics;
using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// The state machine of one circuit. It knows permits, results and time, and no HTTP; what each state makes of them stands in its
/// <see cref="CircuitStateBase"/>. While it is closed, taking a permit and giving it back with a success take no lock and allocate nothing;
/// everything else runs under one lock, and what the world must hear of it (<see cref="Publish"/>) after it.
/// </summary>
internal sealed partial class Circuit : CircuitEnvironment
{
    private readonly Lock _gate = new();
    private volatile TransitionQueue? _transitions; // Made at the first one: most circuits never open.
    private volatile CircuitStateBase _period;

    public Circuit(CircuitKey name, HttpCircuitBreakerOptions options, CircuitRuntime runtime)
        : base(name, options, runtime) =>
        _period = new ClosedState(this, Clock.GetTimestamp(), reason: null, lastFailure: null);

    /// <summary>When it was last asked for, in the order of the table's uses.</summary>
    public long LastUse { get; set; }

    /// <summary>How many permits are out.</summary>
    public long InFlight => Traffic.InFlight;

    public bool IsClosed => _period is ClosedState;

    /// <summary>Takes a permit, or says why not.</summary>
    /// <param name="now">Timestamp of the attempt's start.</param>
    /// <param name="attemptLimit">How long the attempt may take at most; zero or less where nothing limits it.</param>
    /// <param name="permit">The permit, where one is granted.</param>
    /// <param name="refusal">The reason, where none is.</param>
    public AcquireResult TryAcquire(long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = default;
        refusal = null;
        CountDueTimeouts(now);
        switch (_period)
        {
            case ClosedState closed:
                // First counted, then looked at again. A thread that retires the circuit does it the other way round, so one of the two
                // notices.
                var order = Traffic.Enter(now);
                if (ReferenceEquals(_period, closed))
                {
                    permit = closed.Permit(this, now, order);
                    return AcquireResult.Granted;
                }

                Traffic.Leave();
                break;
            case OpenState blocked when blocked.TryRefuse(now, out refusal):
                NoteRefusal();
                return AcquireResult.Refused;
        }

        AcquireResult admission;
        lock (_gate)
        {
            Advance_NeedsLock(now);
            // A permit is counted where it is made.
            admission = _period.Acquire_NeedsLock(this, now, attemptLimit, out permit, out refusal);
        }

        if (admission == AcquireResult.Refused)
        {
            NoteRefusal();
        }

        Publish();
        return admission;
    }

    /// <summary>
    /// Whether an attempt that began now would be refused, as far as that is seen without a lock: a half-open circuit may still refuse it.
    /// </summary>
    public bool IsBlocked(long now) => _period is OpenState blocked && blocked.TryRefuse(now, out _);

    /// <summary>What an attempt that began now could expect, as far as that is seen without a lock.</summary>
    public AuthorityAdmission GetAdmission(long now) => _period.GetAdmission(now);

    /// <summary>Gives a permit back with a success.</summary>
    /// <returns>Whether this very result opened the circuit: it was slow, or its trial's lease had just run out.</returns>
    public bool Succeed(in CircuitPermit permit, long at)
    {
        DropRefutedTimeouts(permit.Order);
        var needsLock = permit.Period is not ClosedState closed || closed.Succeed(permit, at);
        var opened = needsLock && Conclude(permit, at, failure: null);
        Traffic.Leave();
        return opened;
    }

    /// <summary>Gives a permit back with a failure.</summary>
    /// <returns>Whether this very result opened the circuit.</returns>
    public bool Fail(in CircuitPermit permit, long at, in CircuitFailure failure)
    {
        var opened = Conclude(permit, at, failure);
        Traffic.Leave();
        return opened;
    }

    /// <summary>Gives a permit back with nothing learnt.</summary>
    public void Ignore(in CircuitPermit permit)
    {
        if (permit.Trial is { } trial)
        {
            lock (_gate)
            {
                var now = Clock.GetTimestamp();
                Advance_NeedsLock(now);
                if (ReferenceEquals(_period, permit.Period) && _period.GiveBack_NeedsLock(trial, now) is { } next)
                {
                    Enter_NeedsLock(next);
                }
            }

            Publish();
        }

        Traffic.Leave();
    }

    /// <summary>Holds the circuit open by hand. The caller calls <see cref="Publish"/> afterwards, outside every lock of its own.</summary>
    public void Isolate(Isolation isolation)
    {
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            Enter_NeedsLock(OpenState.Isolated(this, isolation, _period.Remember_NeedsLock(now)));
        }
    }

    /// <summary>
    /// Closes the circuit and forgets what it knew. The caller calls <see cref="Publish"/> afterwards, outside every lock of its own.
    /// </summary>
    public void Reset()
    {
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            Enter_NeedsLock(new ClosedState(this, now, "reset by hand", lastFailure: null));
        }
    }

    /// <summary>Takes new options over. State, window and a break that has begun stay.</summary>
    public void Use(HttpCircuitBreakerOptions options)
    {
        lock (_gate)
        {
            (_period as ClosedState)?.Resize_NeedsLock(options.SamplingWindow);
            Options = options;
        }
    }

    /// <summary>Puts the circuit out of use for good, if it refuses no calls and nothing is in flight.</summary>
    /// <param name="whateverState">Also if it refuses: its authority is no longer used.</param>
    public bool TryRetire(bool whateverState = false)
    {
        lock (_gate)
        {
            var last = _period;
            if (!whateverState
                && (last.Elapse_NeedsLock(Clock.GetTimestamp()) ?? last) is not (ClosedState or HalfOpenState))
            {
                return false;
            }

            _period = new RetiredState(this, last);
            if (Traffic.CountInFlight() == 0) // See TryAcquire.
            {
                return true;
            }

            _period = last;
            return false;
        }
    }

    public CircuitSnapshot Snapshot()
    {
        CircuitSnapshot snapshot;
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            snapshot = _period.Snapshot_NeedsLock(now);
        }

        Publish();
        return snapshot;
    }

    /// <summary>Tells the listener of the transitions it has not heard of, in order.</summary>
    public void Publish() => _transitions?.Publish();

    /// <summary>
    /// Counts a result that needs the lock: a failure, a slow one, or that of a trial. One that came after its period's end changes
    /// nothing.
    /// </summary>
    private bool Conclude(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        bool opened;
        lock (_gate)
        {
            var inTime = ReferenceEquals(_period, permit.Period);
            Advance_NeedsLock(at);
            if (ReferenceEquals(_period, permit.Period) && _period.Conclude_NeedsLock(permit, at, failure) is { } next)
            {
                Enter_NeedsLock(next);
            }

            opened = inTime && _period.State == CircuitState.Open;
        }

        Publish();
        return opened;
    }

    /// <summary>Lets happen what time alone brings about: breaks end, and so do the leases of trials that never return.</summary>
    private void Advance_NeedsLock(long now)
    {
        while (_period.Elapse_NeedsLock(now) is { } next)
        {
            Enter_NeedsLock(next);
        }

        CountDueTimeouts_NeedsLock(now);
    }

    private void Enter_NeedsLock(CircuitStateBase next)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        (_transitions ??= new(Name, Clock, Listener)).Note(_period, next);
        _period = next;
        _deferred?.Take_NeedsLock(); // They belonged to the period that is over, and so does the time at which they were due.
    }
}
