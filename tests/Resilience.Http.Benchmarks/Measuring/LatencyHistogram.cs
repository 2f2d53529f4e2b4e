using System.Diagnostics;
using System.Numerics;

namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>
/// Latencies in buckets that widen with the value: 32 to each power of two, so a quantile is off by 3 % at most. Recording
/// allocates nothing and takes a few nanoseconds, which keeps the instrument out of what it measures.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 5;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[SubBuckets * (64 - SubBucketBits)];
    private long _total;

    /// <summary>Records the time from the given <see cref="Stopwatch"/> timestamp until now.</summary>
    public void RecordSince(long timestamp)
    {
        _counts[IndexOf((ulong)Math.Max(0, Stopwatch.GetTimestamp() - timestamp))]++;
        _total++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _total += other._total;
    }

    /// <summary>The microseconds that the given share of the recorded calls did not exceed; zero when none was recorded.</summary>
    public double QuantileInMicroseconds(double share)
    {
        var rank = (long)Math.Ceiling(share * _total);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0)
            {
                return UpperBoundOf(i) * 1e6 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int IndexOf(ulong value)
    {
        if (value < SubBuckets)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2(value) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)(value >> shift) - SubBuckets;
    }

    private static double UpperBoundOf(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        var shift = (index >> SubBucketBits) - 1;
        var step = (index & (SubBuckets - 1)) + SubBuckets;
        return Math.ScaleB(step + 1, shift) - 1;
    }
}
