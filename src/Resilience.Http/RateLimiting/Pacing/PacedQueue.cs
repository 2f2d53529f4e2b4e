using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// Sends that wait for their slots, first in, first out. The clock is read under the lock, so that no thread brings an old time; whatever
/// wakes others (timers, tasks, events) is touched outside of it.
/// </summary>
/// <param name="pace">When sends may go.</param>
/// <param name="clock">Times the waits.</param>
/// <param name="shutdown">Ends waits when the app stops.</param>
/// <param name="onQueued">Called outside of the lock when a send begins to wait.</param>
internal sealed partial class PacedQueue<TPace>(
    TPace pace, TimeProvider clock, Shutdown? shutdown = null, Action? onQueued = null) where TPace : class, IPace
{
    private readonly Lock _gate = new();
    private readonly LinkedList<QueuedSend> _waiting = new();
    private bool _isRetired;
    private bool _isClosed;

    public TPace Pace => pace;

    /// <summary>How many sends wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Takes a slot if one is there and no other send waits for it.</summary>
    /// <param name="takenAt">The timestamp at which it was taken, for <see cref="GiveBack"/>.</param>
    public bool TryTake(out long takenAt)
    {
        lock (_gate)
        {
            takenAt = clock.GetTimestamp();
            return TryTake_NeedsLock(takenAt);
        }
    }

    /// <summary>
    /// Takes a slot, waits for one, or rejects the send at once: if the queue is full, or if the slot would come after the deadline.
    /// </summary>
    /// <param name="limit">How many sends may wait.</param>
    /// <param name="deadline">The timestamp that the slot must come before.</param>
    /// <param name="longest">A change of the pace may let the send wait for so long at most.</param>
    /// <param name="async">If false, the returned task is completed: the thread blocks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<QueueResult> EnterAsync(int limit, long deadline, TimeSpan longest, bool async, CancellationToken cancellationToken)
    {
        LinkedListNode<QueuedSend> node;
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_isRetired || TryTake_NeedsLock(now))
            {
                return Task.FromResult(new QueueResult(_isRetired ? QueueEnd.Retired : QueueEnd.Granted, TakenAt: now));
            }

            if (_isClosed)
            {
                return Task.FromResult(new QueueResult(QueueEnd.Closed));
            }

            var (ahead, slot) = (_waiting.Count, pace.SlotAt(now, _waiting.Count));
            if (ahead >= limit || slot >= deadline)
            {
                var why = ahead >= limit ? QueueEnd.Full : QueueEnd.TooLate;
                return Task.FromResult(new QueueResult(why, Ahead: ahead, RetryAfter: clock.Until(now, slot) ?? TimeSpan.MaxValue));
            }

            var latest = Math.Min(deadline, Math.Max(slot + 1, clock.After(now, longest)));
            node = _waiting.AddLast(new QueuedSend(slot, latest, async));
        }

        onQueued?.Invoke();
        Pump();
        return async ? WaitAsync(node, cancellationToken) : Task.FromResult(Block(node, cancellationToken));
    }

    /// <summary>Gives the slot of a send back that was not sent.</summary>
    /// <param name="takenAt">The timestamp at which the slot was taken.</param>
    public void GiveBack(long takenAt)
    {
        lock (_gate)
        {
            pace.GiveBack(clock.GetTimestamp(), takenAt);
        }

        Pump();
    }

    /// <summary>Changes the pace in place. Sends whose slot now comes too late are rejected at once.</summary>
    /// <param name="change">Changes it, at a timestamp.</param>
    /// <param name="state">What it takes for that.</param>
    /// <returns>False if the queue is retired.</returns>
    public bool TryChange<TState>(Action<TPace, TState, long> change, TState state)
    {
        List<QueuedSend>? ended;
        lock (_gate)
        {
            if (_isRetired)
            {
                return false;
            }

            var now = clock.GetTimestamp();
            change(pace, state, now);
            ended = Reschedule_NeedsLock(now);
        }

        Signal(ended);
        Pump();
        return true;
    }

    /// <summary>Looks at the pace as it is now.</summary>
    public T Look<T>(Func<TPace, long, T> look)
    {
        lock (_gate)
        {
            return look(pace, clock.GetTimestamp());
        }
    }

    /// <summary>Takes the queue out of use if no send waits and a new one would be no different.</summary>
    public bool TryRetire(Func<TPace, long, bool> isIdle)
    {
        lock (_gate)
        {
            _isRetired |= _waiting.Count == 0 && isIdle(pace, clock.GetTimestamp());
            return _isRetired;
        }
    }

    private bool TryTake_NeedsLock(long now)
    {
        if (_isRetired || _waiting.Count > 0 || pace.SlotAt(now, 0) > now)
        {
            return false;
        }

        pace.Take(now);
        return true;
    }

    /// <summary>Looks at all that wait after a change: those that are too late now leave, and make room for those behind them.</summary>
    private List<QueuedSend>? Reschedule_NeedsLock(long now)
    {
        List<QueuedSend>? ended = null;
        var ahead = 0;
        for (var node = _waiting.First; node is not null;)
        {
            var (next, send) = (node.Next, node.Value);
            send.SlotAt = pace.SlotAt(now, ahead);
            if (send.SlotAt >= send.Latest)
            {
                send.Rejected = (ahead, clock.Until(now, send.SlotAt) ?? TimeSpan.MaxValue);
                End_NeedsLock(node, QueueEnd.TooLate, ref ended);
            }
            else
            {
                ahead++;
            }

            node = next;
        }

        return ended;
    }

    private void End_NeedsLock(LinkedListNode<QueuedSend> node, QueueEnd end, ref List<QueuedSend>? ended)
    {
        _waiting.Remove(node);
        node.Value.End = end;
        (ended ??= []).Add(node.Value);
    }

    private static void Signal(List<QueuedSend>? ended) => ended?.ForEach(static send => send.Signal());
}
