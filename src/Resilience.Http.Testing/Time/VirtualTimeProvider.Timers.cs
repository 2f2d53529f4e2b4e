using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

public sealed partial class VirtualTimeProvider
{
    /// <summary>The longest time that the system's timers take, in milliseconds.</summary>
    internal const uint LongestDelay = 0xfffffffe;

    private readonly SortedSet<VirtualTimer> _armed = new(VirtualTimer.ByDueTime);
    private long _created;
    private long _disposed;

    /// <summary>The clock whose timer this thread fires.</summary>
    [ThreadStatic]
    private static VirtualTimeProvider? _firingHere;

    /// <summary>The timers that wait, in the order in which they will fire.</summary>
    public IReadOnlyList<PendingTimer> PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return [
                    .. _armed.Select(
                        timer => new PendingTimer(TimeSpan.FromTicks(Math.Max(0, timer.Due - _now)), timer.Period, timer.CallbackName))
                ];
            }
        }
    }

    /// <summary>The number of timers that were created on this clock.</summary>
    public long TimersCreated => Interlocked.Read(ref _created);

    /// <summary>The number of timers that were disposed.</summary>
    public long TimersDisposed => Interlocked.Read(ref _disposed);

    /// <summary>
    /// The number of timers that were created and not disposed, whether they wait or not. If it grows from call to call, there is a leak.
    /// </summary>
    public long TimersAlive => TimersCreated - TimersDisposed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ScopeFlow.MarkOutside();
        var timer = new VirtualTimer(this, callback, state, Interlocked.Increment(ref _created));
        Schedule(timer, dueTime, period);
        return timer;
    }

    internal bool Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        var due = TimerTicks(dueTime, nameof(dueTime));
        var every = TimerTicks(period, nameof(period));
        lock (_gate)
        {
            if (timer.Disposed)
            {
                return false;
            }

            _armed.Remove(timer);
            timer.Period = every is null or 0 ? Timeout.InfiniteTimeSpan : period;
            if (due is { } delay)
            {
                timer.Due = _now + delay;
                _armed.Add(timer);
            }

            return true;
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_gate)
        {
            if (timer.Disposed)
            {
                return;
            }

            timer.Disposed = true;
            _armed.Remove(timer);
        }

        Interlocked.Increment(ref _disposed);
    }

    /// <summary>When the next timer fires, as a timestamp; <see langword="null"/> if none waits.</summary>
    internal long? NextDue()
    {
        lock (_gate)
        {
            return _armed.Min?.Due;
        }
    }

    /// <summary>
    /// Moves to the earliest timer and fires that one alone; <see langword="false"/> if none is due by <paramref name="limit"/>.
    /// </summary>
    internal bool FireNext(long limit)
    {
        VirtualTimer timer;
        lock (_gate)
        {
            if (_armed.Min is not { } next || next.Due > limit)
            {
                return false;
            }

            timer = next;
            _armed.Remove(timer);
            _now = Math.Max(_now, timer.Due);
            if (timer.Period != Timeout.InfiniteTimeSpan)
            {
                timer.Due += timer.Period.Ticks;
                _armed.Add(timer);
            }
        }

        Fire(timer);
        return true;
    }

    private void Fire(VirtualTimer timer)
    {
        var context = SynchronizationContext.Current;
        var outer = _firingHere;
        SynchronizationContext.SetSynchronizationContext(null);
        _firingHere = this;
        try
        {
            timer.Fire();
        }
        finally
        {
            _firingHere = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// What the system's timers make of a time: -1 ms is never (<see langword="null"/>), and the same values are refused.
    /// </summary>
    private static long? TimerTicks(TimeSpan value, string name)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, LongestDelay, name);
        return milliseconds == -1 ? null : Math.Max(0, value.Ticks);
    }
}
