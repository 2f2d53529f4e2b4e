using System.Numerics;

namespace Resilience.Http.Hedging;

/// <summary>
/// Durations in buckets, 32 for each doubling: a bucket is at most 1/32 (3.1 %) wide, relative to the durations in it.
/// </summary>
internal static class HedgingBuckets
{
    public const int PerDoubling = 1 << SubBucketBits;

    private const int SubBucketBits = 5;
    private const int LongestBits = 30;

    /// <summary>18 minutes. A longer duration counts as that.</summary>
    private const long LongestMicroseconds = (1L << LongestBits) - 1;

    public const int Count = (LongestBits - SubBucketBits + 1) * PerDoubling;

    public static int IndexOf(double microseconds)
    {
        var value = (long)Math.Clamp(microseconds, 1, LongestMicroseconds);
        if (value < PerDoubling)
        {
            return (int)value;
        }

        var doublings = BitOperations.Log2((ulong)value) - SubBucketBits;
        return (doublings << SubBucketBits) + (int)(value >> doublings);
    }

    /// <summary>The end of a bucket: no duration in it is longer.</summary>
    public static long EndOf(int index)
    {
        var doublings = Math.Max(0, (index >> SubBucketBits) - 1);
        return (index - (doublings << SubBucketBits) + 1L) << doublings;
    }
}
