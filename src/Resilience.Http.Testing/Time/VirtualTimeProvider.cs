namespace Resilience.Http.Testing;

/// <summary>
/// A clock that stands still until it is moved: manually (<see cref="Advance"/>), or from timer to timer until a call ends
/// (<see cref="RunAsync{T}(Func{Task{T}})"/>). Register it as the app's <see cref="TimeProvider"/>.
/// </summary>
/// <remarks>
/// Thread-safe and monotonic. Timers fire one at a time, in the order of their due time and then of their creation, on a thread without
/// <see cref="SynchronizationContext"/>, so that what awaits them goes on at once, on that thread. No lock is held while a callback runs.
/// </remarks>
public sealed partial class VirtualTimeProvider : TimeProvider
{
    /// <summary>Timestamps begin here and not at zero: like a machine's, which has been up for a while.</summary>
    private const long FirstTimestamp = TimeSpan.TicksPerDay;

    private readonly Lock _gate = new();
    private long _now = FirstTimestamp;
    private long _target = FirstTimestamp;
    private TimeSpan _wallOffset;

    /// <summary>Creates a clock that stands at <paramref name="start"/>.</summary>
    /// <param name="start">The time that the wall clock shows at first. Default: noon of 1 January 2030, UTC.</param>
    public VirtualTimeProvider(DateTimeOffset? start = null) =>
        Start = (start ?? new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    /// <summary>The time that the wall clock showed at first.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How far the clock has moved since it was created. Jumps of the wall clock do not count.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp() - FirstTimestamp);

    /// <summary>The timestamp beyond which the wall clock has no time to show.</summary>
    private long Last => FirstTimestamp + (DateTimeOffset.MaxValue - Start).Ticks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

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

    /// <summary>Sets the wall clock, as an operator or NTP does. Timestamps and timers are not affected.</summary>
    /// <param name="value">The time that <see cref="GetUtcNow"/> returns from now on. It can be in the past.</param>
    public void SetUtcNow(DateTimeOffset value)
    {
        lock (_gate)
        {
            _wallOffset = value.ToUniversalTime() - Start - TimeSpan.FromTicks(_now - FirstTimestamp);
        }
    }

    /// <summary>Moves the wall clock only. Timestamps and timers are not affected.</summary>
    /// <param name="by">How far it jumps. A negative time moves it back.</param>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _wallOffset += by;
        }
    }

    /// <summary>
    /// Moves the clock. Every timer that is due by then fires on this thread, at its own time, including timers that callbacks start on the
    /// way. Advances from several threads add up.
    /// </summary>
    /// <param name="by">How far the clock moves. Zero fires the timers that are due now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative, or leads beyond the end of the year
    /// 9999.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target;
        lock (_gate)
        {
            // A callback that moves the clock means its own instant; another thread means "after all that was asked for".
            var from = _firingHere == this ? _now : Math.Max(_now, _target);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(by.Ticks, Last - from, nameof(by));
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

    /// <summary> Moves the clock to the next timer. On this thread, it fires that timer and all that are due at the same time. </summary>
    /// <returns><see langword="false"/> if no timer waits; the clock has not moved then.</returns>
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
}
