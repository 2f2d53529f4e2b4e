using System.Runtime.CompilerServices;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Hedging;

/// <summary>
/// A percentile of the durations of the last 30 seconds, at most 3.2 % too high and never too low. Samples are written into a buffer, and a
/// full buffer is emptied into the histogram: a record is one atomic step and one write. In a busy operation each processor has a buffer of
/// its own.
/// </summary>
/// <remarks>
/// A thread that is suspended between that step and that write may lose its sample or overwrite one: an estimate can live with that.
/// </remarks>
internal sealed class LatencyEstimator
{
    private const int SharedCells = 16;
    private const int CellsPerProcessor = 64;
    private const int BucketBits = 10;
    private const long BucketMask = (1L << BucketBits) - 1;

    /// <summary>An operation is busy if the shared cells are full within 100 ms.</summary>
    private const int SlicesPerBusyInterval = 50;

    /// <summary>How long a result serves all who ask.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly long[] _shared = new long[1 + SharedCells]; // The first cell of each row counts the samples.
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly double _microsecondsPerTimestamp;
    private readonly long _origin;
    private readonly long _sliceLength;
    private readonly long _busyInterval;
    private volatile StripedCells? _stripes; // Created when the operation is busy.
    private LatencyHistogram? _histogram; // Created when a row is full.
    private long _sharedEmptiedAt;
    private long _freshUntil;
    private long _result;
    private double _percentile;

    public LatencyEstimator(TimeProvider clock)
    {
        _clock = clock;
        _microsecondsPerTimestamp = 1_000_000d / clock.TimestampFrequency;
        _sliceLength = (long)(LatencyHistogram.SliceLength.TotalSeconds * clock.TimestampFrequency);
        _busyInterval = _sliceLength / SlicesPerBusyInterval;
        _sharedEmptiedAt = clock.GetTimestamp();
        _origin = _sharedEmptiedAt - (LatencyHistogram.Slices * _sliceLength); // A sample is never 0, which is an empty cell.
    }

    /// <summary>How many samples were ever recorded.</summary>
    public long Recorded
    {
        get
        {
            var sum = Volatile.Read(ref _shared[0]);
            for (var row = 0; row < StripedCells.Rows && _stripes is { } stripes; row++)
            {
                sum += Volatile.Read(ref stripes.Row(row)[0]);
            }

            return sum;
        }
    }

    private LatencyHistogram Histogram_NeedsLock => _histogram ??= new();

    /// <summary>Notes a duration.</summary>
    /// <param name="startedAt">Timestamp of its start.</param>
    /// <param name="endedAt">Timestamp of its end.</param>
    public void Record(long startedAt, long endedAt)
    {
        var bucket = HedgingBuckets.IndexOf((endedAt - startedAt) * _microsecondsPerTimestamp);
        var sample = ((endedAt - _origin) & ~BucketMask) | (uint)bucket;
        if (_stripes is { } stripes)
        {
            Write(stripes.Mine, CellsPerProcessor, sample, endedAt);
        }
        else
        {
            Write(_shared, SharedCells, sample, endedAt);
        }
    }

    /// <summary>The percentile, in microseconds; <see langword="null"/> if there are too few samples.</summary>
    public long? Find(double percentile, int minSamples, long now)
    {
        if (now >= Volatile.Read(ref _freshUntil) || percentile != Volatile.Read(ref _percentile))
        {
            if (Recorded < minSamples)
            {
                return null;
            }

            Update(percentile, minSamples, now);
        }

        return Volatile.Read(ref _result) is > 0 and var result ? result : null;
    }

    /// <summary>Inlined, so that the number of cells is a constant: 0.3 of 12 ns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(Span<long> row, int cells, long sample, long now)
    {
        var place = (int)(Interlocked.Increment(ref row[0]) - 1) & (cells - 1); // A power of two.
        Volatile.Write(ref row[1 + place], sample);
        if (place == cells - 1)
        {
            Empty(row, now);
        }
    }

    private void Update(double percentile, int minSamples, long now)
    {
        lock (_gate)
        {
            Empty_NeedsLock(_shared);
            for (var row = 0; row < StripedCells.Rows && _stripes is { } stripes; row++)
            {
                Empty_NeedsLock(stripes.Row(row));
            }

            var histogram = Histogram_NeedsLock;
            histogram.MoveTo((now - _origin) / _sliceLength);
            var isKnown = histogram.Count >= minSamples;
            Volatile.Write(ref _percentile, percentile);
            Volatile.Write(ref _result, isKnown ? histogram.Quantile(percentile) : 0);

            // Too few samples: the next one may be the last that is missing.
            Volatile.Write(ref _freshUntil, isKnown ? _clock.After(now, Refresh) : 0);
        }
    }

    /// <summary>A row is full. If that took the shared one a short time, each processor gets a row of its own.</summary>
    private void Empty(Span<long> row, long now)
    {
        lock (_gate)
        {
            Empty_NeedsLock(row);
            if (_stripes is null && now - _sharedEmptiedAt < _busyInterval)
            {
                _stripes = new(1 + CellsPerProcessor);
            }

            _sharedEmptiedAt = now;
        }
    }

    private void Empty_NeedsLock(Span<long> row)
    {
        var histogram = Histogram_NeedsLock;
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

                histogram.Add((int)(sample & BucketMask), slice);
            }
        }
    }
}
