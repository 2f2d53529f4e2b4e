namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// How the package <c>Resilience.Http.Fleet</c> sees and steers a circuit: it reads what happened from time to time and puts a shared break
/// in force. No call waits for it, and without that package nothing here runs.
/// </summary>
internal sealed partial class Circuit
{
    private long _enteredAtLastLook;
    private bool _hasRefused;

    /// <summary>A read on most calls, and a write after each look.</summary>
    private void NoteRefusal()
    {
        if (!_hasRefused)
        {
            _hasRefused = true;
        }
    }

    /// <summary>What the circuit is in, and what happened in it since the last call of this method. There is one observer.</summary>
    public CircuitActivity Observe()
    {
        CircuitActivity activity;
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            var entered = Traffic.Entered;
            activity = new(
                _period.State,
                _period.Shared,
                (_period as OpenState)?.EndsAt,
                _period.Reason,
                HadTraffic: entered != _enteredAtLastLook || _hasRefused,
                (_period as ClosedState)?.TakeResults_NeedsLock(now) ?? default);
            (_enteredAtLastLook, _hasRefused) = (entered, false);
        }

        Publish();
        return activity;
    }

    /// <summary>Begins a shared break, in place of what the circuit is in. An isolation by hand stays.</summary>
    /// <returns>Whether the circuit takes part.</returns>
    public bool TryOpenShared(SharedBreak shared, long endsAt, string reason)
    {
        bool opened;
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            opened = _period.State != CircuitState.Isolated && _period is not RetiredState;
            if (opened)
            {
                Enter_NeedsLock(OpenState.SharedOpen(this, now, endsAt, reason, shared, _period.Remember_NeedsLock(now)));
            }
        }

        Publish();
        return opened;
    }

    /// <summary>Ends a shared break, if the circuit still takes part in it.</summary>
    /// <param name="shared">The break.</param>
    /// <param name="closes">
    /// The trials of the fleet succeeded. A circuit that had opened by itself has trials of its own all the same.
    /// </param>
    /// <param name="reason">Why it ends.</param>
    public void EndShared(SharedBreak shared, bool closes, string reason)
    {
        lock (_gate)
        {
            var now = Clock.GetTimestamp();
            Advance_NeedsLock(now);
            if (ReferenceEquals(_period.Shared, shared))
            {
                Enter_NeedsLock(closes && !shared.BeganHere
                    ? new ClosedState(this, now, reason, _period.Memory.LastFailure)
                    : new HalfOpenState(this, now, reason, _period.Memory));
            }
        }

        Publish();
    }

    /// <summary>Reads or changes what the circuit has of a shared break, under the circuit's lock.</summary>
    public void Update<TState>(SharedBreak shared, TState state, Action<SharedBreak, TState> update)
    {
        lock (_gate)
        {
            update(shared, state);
        }
    }
}
