using Resilience.Http.Testing.Time;

#pragma warning disable IDE0130 // public types live in Resilience.Http.Testing, whatever their folder
namespace Resilience.Http.Testing;

/// <summary>
/// A clock that stands still until it is moved: by hand (<see cref="Advance"/>), or from timer to timer until a call ends
/// (<see cref="RunAsync{T}(Func{Task{T}})"/>). Register it as the app's <see cref="TimeProvider"/>.
/// </summary>
/// <remarks>
/// Thread-safe and monotonic. Timers fire one at a time, in the order of their due time and then of their creation, on a thread without
/// <see cref="SynchronizationContext"/>, so that what awaits them goes on at once, on that thread. No lock is held while a callback runs.
/// </remarks>
public sealed partial class VirtualTimeProvider : TimeProvider
{
    /// <summary>The longest time that the system's timers take, in milliseconds.</summary>
    private const uint LongestDelay = 0xfffffffe;

    /// <summary>Timestamps begin here and not at zero: like a machine's, which has been up for a while.</summary>
    private const long FirstTimestamp = TimeSpan.TicksPerDay;

    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _armed = new(VirtualTimer.ByDueTime);
    private long _now = FirstTimestamp;
    private long _target = FirstTimestamp;
    private TimeSpan _wallOffset;
    private long _created;
    private long _disposed;

    [ThreadStatic]
    private static VirtualTimeProvider? _firingHere;

    /// <summary>Makes a clock that stands at <paramref name="start"/>.</summary>
    /// <param name="start">What the wall clock shows at first; without it, noon of 1 January 2030, UTC.</param>
    public VirtualTimeProvider(DateTimeOffset? start = null) => Start = (start ?? new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    /// <summary>What the wall clock showed at first.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How far the clock has moved since it was made. Jumps of the wall clock do not show here.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp() - FirstTimestamp);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The timers that wait, in the order in which they will fire.</summary>
    public IReadOnlyList<PendingTimer> PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return [.. _armed.Select(timer => new PendingTimer(TimeSpan.FromTicks(Math.Max(0, timer.Due - _now)), timer.Period, timer.CallbackName))];
            }
        }
    }

    /// <summary>How many timers were ever made on this clock.</summary>
    public long TimersCreated => Interlocked.Read(ref _created);

    /// <summary>How many timers were disposed of.</summary>
    public long TimersDisposed => Interlocked.Read(ref _disposed);

    /// <summary>How many timers were made and not disposed of, waiting or not: a figure that grows from call to call is a leak.</summary>
    public long TimersAlive => TimersCreated - TimersDisposed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Start + TimeSpan.FromTicks(_now - FirstTimestamp) + _wallOffset;
        }
    }

    /// <summary>Sets the wall clock, as an operator or NTP does. Timestamps and timers take no notice.</summary>
    /// <param name="value">What <see cref="GetUtcNow"/> shows from now on; may lie in the past.</param>
    public void SetUtcNow(DateTimeOffset value)
    {
        lock (_gate)
        {
            _wallOffset = value.ToUniversalTime() - Start - TimeSpan.FromTicks(_now - FirstTimestamp);
        }
    }

    /// <summary>Lets the wall clock jump. Timestamps and timers take no notice.</summary>
    /// <param name="by">How far; negative goes back.</param>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _wallOffset += by;
        }
    }

    /// <summary>
    /// Moves the clock and fires, on this thread, every timer that is due by then, each at its own instant; also those that callbacks arm on the way.
    /// Advances from several threads add up.
    /// </summary>
    /// <param name="by">How far; zero fires what is due now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target;
        lock (_gate)
        {
            // A callback that moves the clock means its own instant; another thread means "after all that was asked for".
            var from = _firingHere == this ? _now : Math.Max(_now, _target);
            target = from + by.Ticks;
            _target = Math.Max(_target, target);
        }

        while (FireNext(target))
        {
        }

        lock (_gate)
        {
            _now = Math.Max(_now, target);
        }
    }

    /// <summary>Moves the clock to the next timer that waits and fires it, on this thread, with all that are due at the same instant.</summary>
    /// <returns><see langword="false"/> where no timer waits; the clock has not moved then.</returns>
    public bool AdvanceToNextTimer()
    {
        long due;
        lock (_gate)
        {
            if (_armed.Min is not { } next)
            {
                return false;
            }

            due = Math.Max(_now, next.Due);
        }

        while (FireNext(due))
        {
        }

        return true;
    }

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

    /// <summary>When the next timer fires, as a timestamp; <see langword="null"/> where none waits.</summary>
    internal long? NextDue()
    {
        lock (_gate)
        {
            return _armed.Min?.Due;
        }
    }

    /// <summary>Moves to the earliest timer and fires that one alone; <see langword="false"/> where none is due by <paramref name="limit"/>.</summary>
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

    /// <summary>What the system's timers make of a time: -1 ms is never (<see langword="null"/>), and the same values are refused.</summary>
    private static long? TimerTicks(TimeSpan value, string name)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, LongestDelay, name);
        return milliseconds == -1 ? null : Math.Max(0, value.Ticks);
    }
}
