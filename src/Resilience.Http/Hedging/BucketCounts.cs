namespace Resilience.Http.Hedging;

/// <summary>
/// How many durations each of the <see cref="HedgingBuckets"/> holds. There are counters from the shortest duration's doubling to that of
/// the longest: those of an operation are spread over few. In one array, because every sample is counted twice here. Not thread-safe.
/// </summary>
internal sealed class BucketCounts
{
    private int[] _counts = [];
    private int _first; // The bucket of the first counter.

    public void Add(int bucket)
    {
        if ((uint)(bucket - _first) >= (uint)_counts.Length)
        {
            Extend(bucket);
        }

        _counts[bucket - _first]++;
    }

    /// <summary>Takes out what a part of these counts holds, and empties the part.</summary>
    /// <returns>How many durations that was.</returns>
    public long Remove(BucketCounts part)
    {
        var removed = 0L;
        for (var place = 0; place < part._counts.Length; place++)
        {
            _counts[part._first - _first + place] -= part._counts[place];
            removed += part._counts[place];
        }

        Array.Clear(part._counts);
        return removed;
    }

    /// <summary>The highest bucket that, with those above it, holds more than a given number of durations.</summary>
    public int FindFromAbove(long above)
    {
        for (var place = _counts.Length - 1; place >= 0; place--)
        {
            above -= _counts[place];
            if (above < 0)
            {
                return _first + place;
            }
        }

        return 0;
    }

    private void Extend(int bucket)
    {
        var start = bucket - (bucket % HedgingBuckets.PerDoubling);
        var first = _counts.Length == 0 ? start : Math.Min(_first, start);
        var end = Math.Max(_first + _counts.Length, start + HedgingBuckets.PerDoubling);
        var counts = new int[end - first];
        _counts.AsSpan().CopyTo(counts.AsSpan(Math.Max(0, _first - first)));
        (_counts, _first) = (counts, first);
    }
}
