namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// When the limit is lowered for a moment, to measure the response time without the queue that a saturated limit keeps at the service.
/// Its owner locks.
/// </summary>
/// <remarks>
/// Probes begin at fixed seconds of the wall clock. So the clients of one service probe together, and together they see its unloaded time:
/// if one of twenty lowers its limit alone, nothing becomes faster, and it would take the others' queue for the service's own time.
/// </remarks>
internal sealed class BaselineProbe(TimeProvider clock)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestInterval = ShortestInterval * 16;

    private TimeSpan _interval = ShortestInterval;
    private long _nextAt = long.MaxValue;
    private long _beganAt;

    /// <summary>The limit during the probe; <see langword="null"/> if there is none.</summary>
    public int? Limit { get; private set; }

    /// <summary>Sends that began before the probe have left, so what is measured from now on is its own.</summary>
    public bool IsMeasuring { get; private set; }

    /// <summary>
    /// Whether the other clients of the service probe at the same time. All begin with a probe when they are first overloaded.
    /// </summary>
    public bool IsAligned { get; private set; } = true;

    /// <summary>Whether one is to begin as soon as there is a window to compare it with.</summary>
    public bool IsWanted { get; private set; } = true;

    /// <summary>The response time before the probe, in seconds.</summary>
    public double TimeBefore { get; private set; }

    public bool IsRunning => Limit is not null;

    /// <summary>Whether the time of the common probe has come, which is then scheduled anew.</summary>
    public bool TryTakeTurn(long now)
    {
        if (now < _nextAt)
        {
            return false;
        }

        Schedule(now);
        IsAligned = true;
        return true;
    }

    public void Begin(long now, int limit, double timeBefore)
    {
        (Limit, IsMeasuring, IsWanted, _beganAt, TimeBefore) = (limit, false, false, now, timeBefore);
        Schedule(now);
    }

    /// <summary>Whether the sends of before have left, of which each took <paramref name="sendInFlight"/> seconds in the mean.</summary>
    public bool TryMeasure(long now, int inFlight, double sendInFlight) =>
        IsMeasuring = inFlight <= Limit && clock.GetElapsedTime(_beganAt, now).TotalSeconds >= sendInFlight;

    /// <summary>Ends the probe without a result, so that another one is wanted.</summary>
    public void Cancel() => (Limit, IsMeasuring, IsWanted) = (null, false, IsWanted || IsRunning);

    /// <summary>
    /// Ends the probe. If it took long, because the service is slow, the next ones are rarer: they take at most a quarter of the time.
    /// Intervals double, so that those of several clients still meet.
    /// </summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="again">Whether another one is wanted at once, without waiting for the other clients.</param>
    public void End(long now, bool again)
    {
        (Limit, IsMeasuring, IsWanted, IsAligned) = (null, false, again, !again);
        var least = 4 * clock.GetElapsedTime(_beganAt, now);
        _interval = ShortestInterval;
        while (_interval < least && _interval < LongestInterval)
        {
            _interval *= 2;
        }

        Schedule(now);
    }

    private void Schedule(long now)
    {
        var sinceLast = clock.GetUtcNow().Ticks % _interval.Ticks;
        var wait = _interval.Ticks - sinceLast;
        wait += wait < TimeSpan.TicksPerSecond ? _interval.Ticks : 0;
        _nextAt = now + (long)(wait * (double)clock.TimestampFrequency / TimeSpan.TicksPerSecond);
    }
}
