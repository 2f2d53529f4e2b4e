namespace Resilience.Http.Pipeline;

/// <summary>
/// Buckets for durations from 512 µs to about a minute, four for each doubling. So a duration that is read back from its bucket is off by
/// at most 13 %.
/// </summary>
internal static class LatencyBuckets
{
    private const int FirstExponent = 9;
    private const int LastExponent = 25;
    private const int PerDoubling = 4;

    /// <summary>A double has 52 bits of fraction; two of them tell the quarters of a doubling apart.</summary>
    private const int FractionBits = 52 - 2;

    private const int BucketsBelow = ((1023 + FirstExponent) * PerDoubling) - 1;

    /// <summary>One for all that is shorter, and four for each power of two microseconds from 2^9 to 2^25.</summary>
    public const int Count = 1 + ((LastExponent - FirstExponent + 1) * PerDoubling);

    /// <summary>
    /// The exponent and the first two bits of the fraction of a floating-point number are the number of its bucket, from 2^9 on. What is
    /// smaller, or negative, is below the first bucket.
    /// </summary>
    public static int IndexOf(double microseconds)
    {
        var quarters = (int)(BitConverter.DoubleToInt64Bits(microseconds) >> FractionBits);
        return Math.Clamp(quarters - BucketsBelow, 0, Count - 1);
    }

    /// <summary>
    /// The duration that a share of all counted ones does not exceed, interpolated within its bucket; <see langword="null"/> if there are
    /// none.
    /// </summary>
    /// <param name="counts">How many durations each bucket holds.</param>
    /// <param name="share">The share, 0 to 1.</param>
    public static TimeSpan? Percentile(ReadOnlySpan<uint> counts, double share)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        var rank = share * total;
        for (var bucket = 0; total > 0 && bucket < counts.Length; bucket++)
        {
            if (counts[bucket] > 0 && rank <= counts[bucket])
            {
                var (from, to) = (LowerBound(bucket), LowerBound(bucket + 1));
                return TimeSpan.FromMicroseconds(from + ((to - from) * rank / counts[bucket]));
            }

            rank -= counts[bucket];
        }

        return null;
    }

    private static double LowerBound(int bucket)
    {
        if (bucket == 0)
        {
            return 0;
        }

        var (doubling, quarter) = Math.DivRem(bucket - 1, PerDoubling);
        return (1L << (FirstExponent + doubling)) * (1 + (quarter / (double)PerDoubling));
    }
}
