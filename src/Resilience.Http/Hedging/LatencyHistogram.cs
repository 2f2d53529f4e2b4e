namespace Resilience.Http.Hedging;

/// <summary>
/// How often each duration occurred in the last 30 seconds, in six slices of 5 seconds. It forgets a slice at a time, so it knows between
/// 25 and 30 seconds. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    public const int Slices = 6;
    public static readonly TimeSpan SliceLength = TimeSpan.FromSeconds(5);

    private readonly BucketCounts?[] _slices = new BucketCounts?[Slices];
    private readonly BucketCounts _total = new();
    private long _current;

    public long Count { get; private set; }

    /// <summary>Counts a duration. One of a slice that has left the window is left out.</summary>
    public void Add(int bucket, long slice)
    {
        MoveTo(slice);
        if (_current - slice < Slices)
        {
            (_slices[slice % Slices] ??= new()).Add(bucket);
            _total.Add(bucket);
            Count++;
        }
    }

    /// <summary>Forgets what is older than the window that ends with a slice.</summary>
    public void MoveTo(long slice)
    {
        for (var first = Math.Max(_current + 1, slice - Slices + 1); first <= slice; first++)
        {
            if (_slices[first % Slices] is { } forgotten)
            {
                Count -= _total.Remove(forgotten);
            }
        }

        _current = Math.Max(_current, slice);
    }

    /// <summary>The shortest duration, in microseconds, that at least a given share of all durations does not exceed.</summary>
    public long Quantile(double share) => HedgingBuckets.EndOf(_total.FindFromAbove(Count - (long)Math.Ceiling(share * Count)));
}
