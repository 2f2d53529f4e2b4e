using Resilience.Http.Requests;

namespace Resilience.Http.Hedging;

/// <summary>How long the sends of one operation take, and how long the next one may take before it is hedged.</summary>
/// <remarks>
/// While the service is slow for everyone, the delay keeps its value for at most the length of the window. Otherwise it would follow the
/// slowness, the service would no longer look slow, and hedges would go out again in the middle of it.
/// </remarks>
internal sealed class OperationLatency(TimeProvider clock)
{
    private static readonly TimeSpan LongestHold = LatencyHistogram.SliceLength * LatencyHistogram.Slices;

    private readonly LatencyEstimator _estimator = new(clock);
    private SlowSends? _slow; // Created when a send is slow.
    private long _heldUntil = long.MinValue;
    private long _heldDelay;

    /// <summary>How long a send may take; <see langword="null"/> if too little is known for a percentile.</summary>
    public TimeSpan? FindDelay(HttpHedgingOptions options, long now)
    {
        if (options.Delay is { } configured)
        {
            return configured;
        }

        if (now < Volatile.Read(ref _heldUntil))
        {
            return TimeSpan.FromTicks(Volatile.Read(ref _heldDelay));
        }

        return _estimator.Find(options.Percentile, options.MinSamples, now) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds) is var delay && delay > options.MinDelay ? delay : options.MinDelay
            : null;
    }

    /// <summary>Notes a success, or a send that was canceled because a later one won.</summary>
    public void Record(long startedAt, long endedAt) => _estimator.Record(startedAt, endedAt);

    /// <summary>A send has taken longer than the delay.</summary>
    /// <returns>Whether the service is slow for everyone.</returns>
    public bool NoteSlow(HttpHedgingOptions options, TimeSpan delay, long now)
    {
        var slow = LazyInitializer.EnsureInitialized(ref _slow);
        if (!slow.Add(_estimator.Recorded, 1 - options.Percentile))
        {
            Volatile.Write(ref _heldUntil, long.MinValue);
            return false;
        }

        if (now >= Volatile.Read(ref _heldUntil))
        {
            Volatile.Write(ref _heldDelay, delay.Ticks);
            Volatile.Write(ref _heldUntil, clock.After(now, LongestHold));
        }

        return true;
    }
}
