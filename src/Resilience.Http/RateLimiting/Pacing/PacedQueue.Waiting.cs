using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>How sends wait, and who wakes them: one timer for the first in line.</summary>
internal sealed partial class PacedQueue<TPace>
{
    /// <summary>A timer counts in milliseconds and takes no more than 49 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private ITimer? _timer;
    private long _armedFor = Timestamps.Never;
    private bool _isArming;

    /// <summary>The app is disposed: all that wait end, and no send waits from now on.</summary>
    public void Close()
    {
        List<QueuedSend>? ended = null;
        lock (_gate)
        {
            _isClosed = true;
            while (_waiting.First is { } first)
            {
                End_NeedsLock(first, QueueEnd.Closed, ref ended);
            }
        }

        Signal(ended);
        Pump();
    }

    private async Task<QueueResult> WaitAsync(LinkedListNode<QueuedSend> node, CancellationToken cancellationToken)
    {
        using var stopping = HurryAtShutdown(node);
        using (LeaveOn(node, cancellationToken))
        {
            await node.Value.Ended.ConfigureAwait(false);
        }

        return ResultOf(node.Value);
    }

    /// <summary>
    /// On the system's clock each thread wakes by itself: the callback of a timer needs a thread of the pool, and all of them may be
    /// waiting right here.
    /// </summary>
    private QueueResult Block(LinkedListNode<QueuedSend> node, CancellationToken cancellationToken)
    {
        var send = node.Value;
        using var stopping = HurryAtShutdown(node);
        using (LeaveOn(node, cancellationToken))
        {
            while (!HasEnded(send, out var wait))
            {
                send.Block(clock == TimeProvider.System ? wait : Timeout.InfiniteTimeSpan);
                LookAgain();
            }
        }

        return ResultOf(send);
    }

    private CancellationTokenRegistration LeaveOn(LinkedListNode<QueuedSend> node, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static state =>
            {
                var (queue, node) = ((PacedQueue<TPace>, LinkedListNode<QueuedSend>))state!;
                queue.Leave(node);
            },
            (this, node));

    /// <summary>If the app stops during the wait, a slot after the deadline of the shutdown is too late.</summary>
    private ShutdownTimer? HurryAtShutdown(LinkedListNode<QueuedSend> node) => shutdown is not { IsExpected: true }
        ? null
        : new ShutdownTimer(shutdown, deadline =>
        {
            Hurry(node.Value, deadline);
            return null;
        });

    private void Hurry(QueuedSend send, long deadline)
    {
        List<QueuedSend>? ended;
        lock (_gate)
        {
            send.Latest = Math.Min(send.Latest, deadline);
            ended = Reschedule_NeedsLock(clock.GetTimestamp());
        }

        Signal(ended);
        Pump();
    }

    private void Leave(LinkedListNode<QueuedSend> node)
    {
        List<QueuedSend>? ended = null;
        lock (_gate)
        {
            if (node.Value.End != QueueEnd.Waiting)
            {
                return;
            }

            End_NeedsLock(node, QueueEnd.Canceled, ref ended);
        }

        Signal(ended);
        Pump();
    }

    private bool HasEnded(QueuedSend send, out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = TimerSpan(clock.GetTimestamp(), send.SlotAt);
            return send.End != QueueEnd.Waiting;
        }
    }

    private static QueueResult ResultOf(QueuedSend send) =>
        new(send.End, Waited: true, send.Rejected.Ahead, send.Rejected.Wait, send.TakenAt);

    /// <summary>
    /// Lets all go whose slot has come and arms the timer for the next. One thread at a time arms it, outside of the lock, and looks again
    /// afterwards: so the timer ends up no later than the last change wants it. One that fires too early is armed again. A slot that is
    /// only hoped for moves on with the clock, and a timer that moved with it would never be done.
    /// </summary>
    private void Pump()
    {
        while (true)
        {
            List<QueuedSend>? ended = null;
            TimeSpan wait;
            bool arms;
            lock (_gate)
            {
                var now = clock.GetTimestamp();
                var due = Grant_NeedsLock(now, ref ended);
                wait = TimerSpan(now, due);
                arms = !_isArming && (due < _armedFor || (due == Timestamps.Never && _armedFor != Timestamps.Never));
                if (arms)
                {
                    (_isArming, _armedFor) = (true, due);
                }
            }

            Signal(ended);
            if (!arms)
            {
                return;
            }

            Arm(wait);
        }
    }

    /// <returns>When the slot of the next one comes; <see cref="Timestamps.Never"/> if none waits.</returns>
    private long Grant_NeedsLock(long now, ref List<QueuedSend>? ended)
    {
        while (_waiting.First is { } first)
        {
            var slot = pace.SlotAt(now, 0);
            if (slot > now)
            {
                return slot;
            }

            pace.Take(now);
            first.Value.TakenAt = now;
            End_NeedsLock(first, QueueEnd.Granted, ref ended);
        }

        return Timestamps.Never;
    }

    private void Arm(TimeSpan wait)
    {
        try
        {
            (_timer ??= CreateTimer()).Change(wait, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            lock (_gate)
            {
                _isArming = false;
            }
        }
    }

    private ITimer CreateTimer()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return clock.CreateTimer(
                static state => ((PacedQueue<TPace>)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Fire()
    {
        lock (_gate)
        {
            _armedFor = Timestamps.Never; // It may have fired a little early, or in the middle of a long wait: then it is armed again.
        }

        LookAgain();
    }

    /// <summary>
    /// The slot of the first in line was to come now. If its pace has put it off, as permits that others grant may not come, those that
    /// cannot wait that long leave.
    /// </summary>
    private void LookAgain()
    {
        List<QueuedSend>? ended;
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            ended = pace.SlotAt(now, 0) > now ? Reschedule_NeedsLock(now) : null;
        }

        Signal(ended);
        Pump();
    }

    /// <summary>In whole milliseconds, rounded up, and at least one: a timer drops the rest and would fire early.</summary>
    private TimeSpan TimerSpan(long now, long due)
    {
        if (clock.Until(now, due) is not { } wait)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return wait >= LongestTimer ? LongestTimer : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
    }
}
