namespace Resilience.Http.Pipeline;

/// <summary>Lets the first warning through, and from then on at most one in each interval. Takes no lock.</summary>
internal sealed class WarningThrottle(TimeProvider clock, TimeSpan interval)
{
    private const long Never = long.MinValue;

    private long _lastAt = Never;

    public bool TryTake()
    {
        var (now, last) = (clock.GetTimestamp(), Volatile.Read(ref _lastAt));
        return (last == Never || clock.GetElapsedTime(last, now) >= interval)
            && Interlocked.CompareExchange(ref _lastAt, now, last) == last;
    }
}
