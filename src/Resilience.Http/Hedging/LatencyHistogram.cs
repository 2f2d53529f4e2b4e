namespace Resilience.Http.Hedging;

/// <summary>
/// How often each duration occurred in the last 30 seconds, in six slices of 5 seconds. It forgets a slice at a time, so it knows between
/// 25 and 30 seconds. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    public const int Slices = 6;
    public static readonly TimeSpan SliceLength = TimeSpan.FromSeconds(5);

    private readonly int[]?[] _slices = new int[]?[Slices];
    private readonly int[] _total = new int[HedgingBuckets.Count];
    private long _current;

    public long Count { get; private set; }

    /// <summary>Counts a duration. One of a slice that has left the window is left out.</summary>
    public void Add(int bucket, long slice)
    {
        MoveTo(slice);
        if (_current - slice < Slices)
        {
            (_slices[slice % Slices] ??= new int[HedgingBuckets.Count])[bucket]++;
            _total[bucket]++;
            Count++;
        }
    }

    /// <summary>Forgets what is older than the window that ends with a slice.</summary>
    public void MoveTo(long slice)
    {
        for (var first = Math.Max(_current + 1, slice - Slices + 1); first <= slice; first++)
        {
            Forget(_slices[first % Slices]);
        }

        _current = Math.Max(_current, slice);
    }

    /// <summary>The shortest duration, in microseconds, that at least a given share of all durations does not exceed.</summary>
    public long Quantile(double share)
    {
        var above = Count - (long)Math.Ceiling(share * Count);
        for (var bucket = HedgingBuckets.Count - 1; bucket > 0; bucket--)
        {
            above -= _total[bucket];
            if (above < 0)
            {
                return HedgingBuckets.EndOf(bucket);
            }
        }

        return HedgingBuckets.EndOf(0);
    }

    private void Forget(int[]? slice)
    {
        for (var bucket = 0; bucket < slice?.Length; bucket++)
        {
            _total[bucket] -= slice[bucket];
            Count -= slice[bucket];
            slice[bucket] = 0;
        }
    }
}
