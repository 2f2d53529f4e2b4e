using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>What happens when a deadline is due.</summary>
internal sealed partial class TimeoutSource : IThreadPoolWorkItem
{
    /// <summary>The longest turn that a due deadline waits for in the queue.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(10);

    private long _startedAt;
    private long _callDeadline;
    private long _queuedFor;
    private long _queuedAt;
    private TimeSpan _lateness;
    private ProcessDelay? _delay;

    /// <summary>What this process was behind with when the deadline fired, if it was. Not to be asked before it has fired.</summary>
    public ProcessDelay? Delay => _delay;

    /// <summary>The turn of a deadline that was due has come. One that has been moved, or is of a later use, has its own tick.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline is not (Idle or Fired) && deadline == Volatile.Read(ref _queuedFor))
        {
            Fire(deadline, Pool.Clock.GetTimestamp());
        }
    }

    private void OnTick()
    {
        Interlocked.Exchange(ref _armedFor, Unarmed);
        var deadline = Volatile.Read(ref _deadline);
        if (deadline is Idle or Fired)
        {
            return;
        }

        var now = Pool.Clock.GetTimestamp();
        if (now < deadline)
        {
            Arm(deadline);
        }
        else if (Pool.Queue is not { } queue)
        {
            Fire(deadline, now);
        }
        else if (deadline == _queuedFor)
        {
            StopWaiting(deadline, now);
        }
        else if (!TryGrantGrace(deadline, now))
        {
            WaitForTurn(queue, deadline, now);
        }
    }

    private void WaitForTurn(IWorkQueue queue, long deadline, long now)
    {
        _queuedAt = now;
        Volatile.Write(ref _queuedFor, deadline);
        queue.Post(this);
        if (Volatile.Read(ref _deadline) == deadline)
        {
            Arm(EndOfTurn(deadline));
        }
    }

    /// <summary>The queue has not moved for so long that the deadline fires past it.</summary>
    private void StopWaiting(long deadline, long now)
    {
        if (EndOfTurn(deadline) is var end && now < end)
        {
            Arm(end);
        }
        else
        {
            Fire(deadline, now);
        }
    }

    private long EndOfTurn(long deadline)
    {
        var limit = Pool.Clock.GetElapsedTime(_startedAt, deadline);
        var lastMoment = Pool.Clock.After(_callDeadline, ProcessDelay.LongestOverrun);
        return Math.Min(Pool.Clock.After(deadline, limit < LongestTurn ? limit : LongestTurn), Math.Max(deadline, lastMoment));
    }

    /// <summary>
    /// If a tick comes this late, as after a suspension, the readers have had no chance to see what has arrived meanwhile.
    /// </summary>
    private bool TryGrantGrace(long deadline, long now)
    {
        var late = Pool.Clock.GetElapsedTime(deadline, now);
        if (_lateness != TimeSpan.Zero || late <= ProcessDelay.ToleranceFor(Pool.Clock.GetElapsedTime(_startedAt, deadline)))
        {
            return false;
        }

        _lateness = late;
        var grace = Pool.Clock.After(now, ProcessDelay.Tolerance);
        if (Interlocked.CompareExchange(ref _deadline, grace, deadline) == deadline)
        {
            Arm(grace);
        }

        return true; // If it was moved or ended meanwhile, that has armed the timer.
    }

    /// <summary>Notes the delay first: it may be asked for as soon as the deadline has fired.</summary>
    private void Fire(long deadline, long now)
    {
        _delay = Pool.Queue is null ? null : FindDelay(deadline, now);
        if (Interlocked.CompareExchange(ref _deadline, Fired, deadline) == deadline)
        {
            CancelAtDeadline();
        }
    }

    private ProcessDelay? FindDelay(long deadline, long now)
    {
        if (deadline == _queuedFor && Pool.Clock.GetElapsedTime(_queuedAt, now) is var waited && waited > ProcessDelay.Tolerance)
        {
            return new(ProcessDelayCause.ThreadPool, waited);
        }

        return _lateness != TimeSpan.Zero ? new(ProcessDelayCause.Timers, _lateness) : Pool.Probe?.Between(_startedAt, now);
    }

    private void CancelAtDeadline()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException thrown)
        {
            // Thrown by a registration of some inner handler. On a timer's thread it would end the process.
            TimeoutLog.CancellationCallbackFailed(_log!, thrown);
        }
        finally
        {
            Release(1);
        }
    }
}
