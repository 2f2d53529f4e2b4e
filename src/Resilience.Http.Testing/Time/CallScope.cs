namespace Resilience.Http.Testing.Time;

/// <summary>
/// Knows whether anything can still run of what the calls on one clock have set in motion. Nothing is guessed and nothing is polled:
/// <list type="bullet">
/// <item>What runs: <see cref="ScopeFlow"/> reports when a thread enters and leaves the scope.</item>
/// <item>What is queued to the thread pool and has not begun: <see cref="PoolEvents"/> reports when a work item is queued and when it is
/// taken out.</item>
/// <item>Which threads of blocking calls wait: <see cref="BlockedThread"/>s say so themselves, and are asked again after anything has
/// run.</item>
/// </list>
/// </summary>
internal sealed class CallScope
{
    private readonly object _gate = new();
    private readonly HashSet<BlockedThread> _blocked = [];
    private int _running;
    private int _queued;
    private long _activity;

    /// <summary>Grows with everything that begins to run.</summary>
    public long Activity
    {
        get
        {
            lock (_gate)
            {
                return _activity;
            }
        }
    }

    /// <summary>Something begins to run.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            Begin_NeedsLock();
        }
    }

    /// <summary>Something that ran has ended or waits.</summary>
    public void End()
    {
        lock (_gate)
        {
            _running--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A call begins to be driven: its driver counts as running until it waits for its turn.</summary>
    public void Begin(DrivenCall call)
    {
        lock (_gate)
        {
            Count_NeedsLock(call);
        }
    }

    /// <summary>
    /// A driven call has ended. Its driver counts as running from this moment on, so that time stands still until the result is handed on.
    /// </summary>
    public void End(DrivenCall call)
    {
        lock (_gate)
        {
            call.HasEnded = true;
            if (!call.IsLeft)
            {
                Count_NeedsLock(call);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The call is no longer driven.</summary>
    public void Leave(DrivenCall call)
    {
        lock (_gate)
        {
            call.IsLeft = true;
            Uncount_NeedsLock(call);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Waits until the call has ended or was left (<see langword="false"/>), or nothing can run by itself and the clock may be moved
    /// (<see langword="true"/>). The driver counts as running then, until it waits again or leaves.
    /// </summary>
    public bool WaitForTurn(DrivenCall call)
    {
        lock (_gate)
        {
            if (!call.HasEnded)
            {
                Uncount_NeedsLock(call);
            }

            while (!call.HasEnded && !call.IsLeft)
            {
                if (_running == 0 && _queued == 0 && AllBlocked_NeedsLock())
                {
                    Count_NeedsLock(call);
                    return true;
                }

                Monitor.Wait(_gate);
            }

            return false;
        }
    }

    /// <returns>What the scope knows, for messages.</returns>
    public override string ToString()
    {
        lock (_gate)
        {
            return $"{_running} running, {_queued} queued to the thread pool, {_blocked.Count} blocked";
        }
    }

    /// <summary>A work item of this scope stands in the pool's queue.</summary>
    public void Queued()
    {
        lock (_gate)
        {
            _queued++;
        }
    }

    /// <summary>A thread of the pool has taken a work item of this scope out of the queue and is about to run it.</summary>
    public void Dequeued()
    {
        lock (_gate)
        {
            _queued--;
            Begin_NeedsLock();
        }
    }

    public void Block(BlockedThread thread)
    {
        lock (_gate)
        {
            _blocked.Add(thread);
            _running--;
            Monitor.PulseAll(_gate);
        }
    }

    public void Unblock(BlockedThread thread)
    {
        lock (_gate)
        {
            _blocked.Remove(thread);
            Begin_NeedsLock();
        }
    }

    /// <summary>The thread has looked, after it was asked, and still has to wait.</summary>
    public void StillBlocked(BlockedThread thread, long asked)
    {
        lock (_gate)
        {
            thread.Confirmed = asked;
            Monitor.PulseAll(_gate);
        }
    }

    private void Count_NeedsLock(DrivenCall call)
    {
        if (!call.IsCounted)
        {
            call.IsCounted = true;
            Begin_NeedsLock();
        }
    }

    private void Uncount_NeedsLock(DrivenCall call)
    {
        if (call.IsCounted)
        {
            call.IsCounted = false;
            _running--;
            Monitor.PulseAll(_gate);
        }
    }

    private void Begin_NeedsLock()
    {
        _running++;
        _activity++;
    }

    /// <summary>
    /// A blocked thread may have been released a moment ago and not have woken yet. So each is asked, once after each activity and while
    /// nothing runs that could release it, to look whether it still has to wait.
    /// </summary>
    private bool AllBlocked_NeedsLock()
    {
        var all = true;
        foreach (var thread in _blocked)
        {
            if (thread.Confirmed != _activity)
            {
                all = false;
                thread.Ask(_activity);
            }
        }

        return all;
    }
}
