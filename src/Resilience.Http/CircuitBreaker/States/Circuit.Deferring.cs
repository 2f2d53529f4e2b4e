namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Timeouts that fired while this process was behind.</summary>
internal sealed partial class Circuit
{
    private volatile DeferredTimeouts? _deferred; // Made at the first one.

    /// <summary>Gives a permit back with a timeout that is set aside; see <see cref="DeferredTimeouts"/>.</summary>
    /// <param name="permit">The permit.</param>
    /// <param name="at">Timestamp of the attempt's end.</param>
    /// <param name="failure">The timeout.</param>
    /// <param name="dueAt">Timestamp at which it counts.</param>
    /// <returns>Whether this very timeout opened the circuit, because its time is over already.</returns>
    public bool Defer(in CircuitPermit permit, long at, in CircuitFailure failure, long dueAt)
    {
        bool opened;
        lock (_gate)
        {
            var inTime = ReferenceEquals(_period, permit.Period);
            if (inTime)
            {
                (_deferred ??= new()).Add_NeedsLock(permit, failure, dueAt);
            }

            if (inTime && permit.Trial is { } trial && _period.GiveBack_NeedsLock(trial, at) is { } next)
            {
                Enter_NeedsLock(next);
            }

            Advance_NeedsLock(at);
            opened = inTime && _period.State == CircuitState.Open;
        }

        Publish();
        Traffic.Leave();
        return opened;
    }

    /// <summary>Counts those whose time is over. Without a lock, and inlined, if there are none.</summary>
    private void CountDueTimeouts(long now)
    {
        if (_deferred?.AreDue(now) == true)
        {
            CountDeferred(now);
        }
    }

    private void CountDueTimeouts_NeedsLock(long now)
    {
        if (_deferred?.AreDue(now) == true)
        {
            CountDeferred_NeedsLock(now);
        }
    }

    /// <summary>Drops those that a success refutes. Without a lock, and inlined, if there are none.</summary>
    private void DropRefutedTimeouts(long order)
    {
        if (_deferred?.AreRefutedBy(order) == true)
        {
            DropDeferred(order);
        }
    }

    private void CountDeferred(long now)
    {
        lock (_gate)
        {
            Advance_NeedsLock(now);
        }

        Publish();
    }

    private void DropDeferred(long order)
    {
        lock (_gate)
        {
            // Asked again: those may have counted meanwhile, and others been set aside.
            if (_deferred!.AreRefutedBy(order))
            {
                _deferred.Take_NeedsLock();
            }
        }
    }

    /// <summary>Nothing has shown that the service is well: they count now, until one of them ends the period.</summary>
    private void CountDeferred_NeedsLock(long now)
    {
        foreach (var (permit, failure) in _deferred!.Take_NeedsLock())
        {
            if (ReferenceEquals(_period, permit.Period) && _period.Conclude_NeedsLock(permit, now, failure) is { } next)
            {
                Enter_NeedsLock(next);
            }
        }
    }
}
