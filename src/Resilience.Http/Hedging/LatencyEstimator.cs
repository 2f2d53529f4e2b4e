using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Hedging;

/// <summary>
/// A percentile of the durations of the last 30 seconds, at most 3.2 % too high and never too low. Each processor writes into a buffer of
/// its own, and a full buffer is emptied into the histogram: a record is one atomic step and one write.
/// </summary>
/// <remarks>
/// A thread that is suspended between that step and that write may lose its sample or overwrite one: an estimate can live with that.
/// </remarks>
internal sealed class LatencyEstimator
{
    private const int Buffered = 64;
    private const int BucketBits = 10;
    private const long BucketMask = (1L << BucketBits) - 1;

    /// <summary>How long a result serves all who ask.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly StripedCells _rows = new(1 + Buffered); // The first cell counts the samples.
    private readonly LatencyHistogram _histogram = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly double _microsecondsPerTimestamp;
    private readonly long _origin;
    private readonly long _sliceLength;
    private long _freshUntil;
    private long _result;
    private double _percentile;

    public LatencyEstimator(TimeProvider clock)
    {
        _clock = clock;
        _microsecondsPerTimestamp = 1_000_000d / clock.TimestampFrequency;
        _sliceLength = (long)(LatencyHistogram.SliceLength.TotalSeconds * clock.TimestampFrequency);
        _origin = clock.GetTimestamp() - (LatencyHistogram.Slices * _sliceLength); // A sample is never 0, which is an empty cell.
    }

    /// <summary>How many samples were ever recorded.</summary>
    public long Recorded
    {
        get
        {
            var sum = 0L;
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                sum += Volatile.Read(ref _rows.Row(row)[0]);
            }

            return sum;
        }
    }

    /// <summary>Notes a duration.</summary>
    /// <param name="startedAt">Timestamp of its start.</param>
    /// <param name="endedAt">Timestamp of its end.</param>
    public void Record(long startedAt, long endedAt)
    {
        var bucket = HedgingBuckets.IndexOf((endedAt - startedAt) * _microsecondsPerTimestamp);
        var row = _rows.Mine;
        var place = (int)(Interlocked.Increment(ref row[0]) - 1) & (Buffered - 1);
        Volatile.Write(ref row[1 + place], ((endedAt - _origin) & ~BucketMask) | (uint)bucket);
        if (place == Buffered - 1)
        {
            lock (_gate)
            {
                Empty_NeedsLock(row);
            }
        }
    }

    /// <summary>The percentile, in microseconds; <see langword="null"/> if there are too few samples.</summary>
    public long? Find(double percentile, int minSamples, long now)
    {
        if (now >= Volatile.Read(ref _freshUntil) || percentile != Volatile.Read(ref _percentile))
        {
            Update(percentile, minSamples, now);
        }

        return Volatile.Read(ref _result) is > 0 and var result ? result : null;
    }

    private void Update(double percentile, int minSamples, long now)
    {
        lock (_gate)
        {
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                Empty_NeedsLock(_rows.Row(row));
            }

            _histogram.MoveTo((now - _origin) / _sliceLength);
            var isKnown = _histogram.Count >= minSamples;
            Volatile.Write(ref _percentile, percentile);
            Volatile.Write(ref _result, isKnown ? _histogram.Quantile(percentile) : 0);

            // Too few samples: the next one may be the last that is missing.
            Volatile.Write(ref _freshUntil, isKnown ? _clock.After(now, Refresh) : 0);
        }
    }

    private void Empty_NeedsLock(Span<long> row)
    {
        var (slice, start) = (0L, 0L); // Nearly all samples of a row are of one slice, and a division costs more than the rest.
        foreach (ref var cell in row[1..])
        {
            if (Volatile.Read(ref cell) is not 0 and var sample)
            {
                Volatile.Write(ref cell, 0);
                if ((ulong)(sample - start) >= (ulong)_sliceLength)
                {
                    slice = sample / _sliceLength;
                    start = slice * _sliceLength;
                }

                _histogram.Add((int)(sample & BucketMask), slice);
            }
        }
    }
}
