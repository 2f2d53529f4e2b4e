namespace Resilience.Http.Hedging;

/// <summary>
/// How many durations each of the <see cref="HedgingBuckets"/> holds. The counters of a doubling are created when it gets its first
/// duration: those of an operation are spread over few. Not thread-safe.
/// </summary>
internal sealed class BucketCounts
{
    private readonly int[]?[] _doublings = new int[]?[HedgingBuckets.Count / HedgingBuckets.PerDoubling];

    public int Sum { get; private set; }

    public void Add(int bucket)
    {
        var (doubling, place) = Math.DivRem((uint)bucket, HedgingBuckets.PerDoubling);
        (_doublings[doubling] ??= new int[HedgingBuckets.PerDoubling])[place]++;
        Sum++;
    }

    /// <summary>Takes out what a part of these counts holds, and empties the part.</summary>
    public void Remove(BucketCounts part)
    {
        for (var doubling = 0; doubling < part._doublings.Length; doubling++)
        {
            if (part._doublings[doubling] is { } counts)
            {
                Subtract(_doublings[doubling]!, counts);
                Array.Clear(counts);
            }
        }

        Sum -= part.Sum;
        part.Sum = 0;
    }

    /// <summary>The lowest bucket that, with those below it, holds at least a given share of all durations.</summary>
    public int Quantile(double share)
    {
        var above = Sum - (long)Math.Ceiling(share * Sum);
        for (var doubling = _doublings.Length - 1; doubling >= 0; doubling--)
        {
            for (var place = _doublings[doubling]?.Length - 1; place >= 0; place--)
            {
                above -= _doublings[doubling]![place.Value];
                if (above < 0)
                {
                    return (doubling * HedgingBuckets.PerDoubling) + place.Value;
                }
            }
        }

        return 0;
    }

    private static void Subtract(int[] from, int[] counts)
    {
        for (var place = 0; place < counts.Length; place++)
        {
            from[place] -= counts[place];
        }
    }
}
