using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.Timeouts;

/// <summary>
/// The system's clock with timers that run on a thread of their own. Those of .NET need a free thread of the pool, and blocking reads may
/// hold all of them. The thread exists while timers are armed, and for a few seconds after.
/// </summary>
internal sealed class TimerThread : TimeProvider
{
    public static readonly TimerThread Instance = new();

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly List<Timer> _armed = [];
    private bool _isRunning;

    private TimerThread()
    {
    }

    /// <summary>Makes a timer that fires once each time it is armed. The callback must not block or throw.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(Timer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _armed.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.DueAt = GetTimestamp() + (long)(dueTime.TotalSeconds * TimestampFrequency);
                _armed.Add(timer);
                Monitor.Pulse(_gate);
                StartThread_NeedsLock();
            }
        }
    }

    private void StartThread_NeedsLock()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            new Thread(static state => ((TimerThread)state!).Run())
            {
                IsBackground = true,
                Name = "Resilience.Http timers"
            }.UnsafeStart(this);
        }
    }

    private void Run()
    {
        while (TryTakeNext(out var due))
        {
            due.Fire();
        }
    }

    /// <summary>Waits for the next timer that is due. False if none has been armed for a while, so that the thread may end.</summary>
    private bool TryTakeNext([NotNullWhen(true)] out Timer? due)
    {
        lock (_gate)
        {
            while (true)
            {
                due = _armed.MinBy(static timer => timer.DueAt);
                var wait = due is null ? Idle : GetElapsedTime(GetTimestamp(), due.DueAt);
                if (due is not null && wait <= TimeSpan.Zero)
                {
                    _armed.Remove(due);
                    return true;
                }

                // Rounded up: Monitor cuts off what is less than a millisecond.
                if (!Monitor.Wait(_gate, wait + TimeSpan.FromMilliseconds(1)) && due is null && _armed.Count == 0)
                {
                    _isRunning = false;
                    return false;
                }
            }
        }
    }

    private sealed class Timer(TimerThread thread, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            thread.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => thread.Schedule(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
