using System.Numerics;

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

    /// <summary>One for all that is shorter, and four for each power of two microseconds from 2^9 to 2^25.</summary>
    public const int Count = 1 + ((LastExponent - FirstExponent + 1) * PerDoubling);

    public static int IndexOf(TimeSpan duration)
    {
        var microseconds = (ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        var exponent = BitOperations.Log2(microseconds | 1);
        return exponent < FirstExponent
            ? 0
            : Math.Min(Count - 1, 1 + ((exponent - FirstExponent) * PerDoubling) + (int)((microseconds >> (exponent - 2)) & 3));
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
