using System.Runtime.CompilerServices;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// The results of the last sampling window, in ten buckets of a tenth. Successes are counted without a lock, in a busy circuit in a row for
/// each processor; failures and slow results, which are rare, under the circuit's lock. Only these ask for the sum.
/// </summary>
/// <remarks>
/// The results of the window before are kept too, since a result that took long is judged together with what was known when its attempt
/// began: if twenty callers hang at the one bad backend of two, all of them time out ten seconds later, with no success in between.
/// </remarks>
internal sealed class ResultWindow
{
    private const int Buckets = 10;
    private const int Kept = 2 * Buckets;

    /// <summary>The cell of a row that has the place of its newest success.</summary>
    private const int Newest = Kept;

    private readonly TimeProvider _clock;
    private readonly InFlightCounter _traffic;
    private readonly long _width;
    private readonly long _origin;
    private readonly int _countBits;

    // A cell holds a bucket's number above and its count below, so that both change in one step.
    private Cells _sharedSuccesses;
    private long _sharedNewest = long.MinValue;
    private volatile StripedCells? _stripes; // Made when the circuit is busy.
    private FailureBucket[]? _troubles; // Made when there is one.

    public ResultWindow(TimeProvider clock, InFlightCounter traffic, TimeSpan length, long now)
    {
        _clock = clock;
        _traffic = traffic;
        Length = length;
        _width = clock.After(0, length / Buckets);

        // Empty cells are of bucket 0, which has just left the window, and a clock may begin anywhere.
        _origin = now - (Kept * _width);

        // Numbers last for a century: at the shortest window, 100 ms, that leaves 24 bits for 10 ms of one row.
        _countBits = 63 - (int)long.Log2(Math.Max(1, clock.After(0, TimeSpan.FromDays(36_500)) / _width) * 2);
    }

    public TimeSpan Length { get; }

    /// <summary>The place of the latest attempt that succeeded, in the order in which attempts began.</summary>
    public long NewestSuccess
    {
        get
        {
            var newest = Volatile.Read(ref _sharedNewest);
            if (_stripes is { } stripes)
            {
                for (var row = 0; row < StripedCells.Rows; row++)
                {
                    newest = Math.Max(newest, Volatile.Read(ref stripes.Row(row)[Newest]));
                }
            }

            return newest;
        }
    }

    /// <summary>Counts a success.</summary>
    /// <param name="order">The attempt's place in the order in which attempts began.</param>
    /// <param name="at">Timestamp of its end.</param>
    public void AddSuccess(long order, long at)
    {
        var number = NumberAt(at);
        if (_traffic.IsBusy)
        {
            var mine = (_stripes ?? AddStripes()).Mine;
            Count(ref mine[BucketOf(number)], number, 1);
            Raise(ref mine[Newest], order);
        }
        else
        {
            _traffic.Note(Count(ref _sharedSuccesses[BucketOf(number)], number, 1));
            Raise(ref _sharedNewest, order);
        }
    }

    public void AddFailure_NeedsLock(long at) => Troubles_NeedsLock(NumberAt(at)).Failures++;

    public void AddSlow_NeedsLock(long at) => Troubles_NeedsLock(NumberAt(at)).Slow++;

    public WindowTotals Sum_NeedsLock(long now) => Sum_NeedsLock(startedAt: now, now);

    /// <summary>
    /// The results of the time that ends now and begins a window's length before an attempt began, as far back as they are kept.
    /// </summary>
    /// <param name="startedAt">Timestamp of the attempt's start.</param>
    /// <param name="now">Timestamp of now.</param>
    public WindowTotals Sum_NeedsLock(long startedAt, long now)
    {
        var current = NumberAt(now);
        var buckets = Math.Min(Kept, Buckets + current - Math.Min(current, NumberAt(startedAt)));
        long failures = 0, slow = 0;
        foreach (ref readonly var bucket in _troubles.AsSpan())
        {
            if (current - bucket.Number < buckets)
            {
                failures += bucket.Failures;
                slow += bucket.Slow;
            }
        }

        return new(SumSuccesses(current, buckets), failures, slow);
    }

    /// <summary>A mark from which <see cref="SuccessesSince_NeedsLock"/> counts.</summary>
    public SuccessMark Mark_NeedsLock(long now)
    {
        var current = NumberAt(now);
        return new(current, SumSuccesses(current, buckets: 1));
    }

    /// <summary>The successes since a mark, as far back as they are kept.</summary>
    public long SuccessesSince_NeedsLock(SuccessMark mark, long now)
    {
        var current = NumberAt(now);
        var buckets = current - mark.Bucket + 1;
        return buckets > Kept ? SumSuccesses(current, Kept) : SumSuccesses(current, buckets) - mark.Successes;
    }

    /// <summary>The same results in a window of another length; each bucket's results count from the bucket's start.</summary>
    public ResultWindow Resized_NeedsLock(TimeSpan length, long now)
    {
        var other = new ResultWindow(_clock, _traffic, length, now) { _sharedNewest = NewestSuccess };
        var current = NumberAt(now);
        CopySuccesses(_sharedSuccesses, current, other);
        if (_stripes is { } stripes)
        {
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                CopySuccesses(stripes.Row(row)[..Kept], current, other);
            }
        }

        foreach (ref readonly var bucket in _troubles.AsSpan())
        {
            if (current - bucket.Number < Buckets)
            {
                ref var place = ref other.Troubles_NeedsLock(other.NumberAt(StartOf(bucket.Number)));
                place.Failures += bucket.Failures;
                place.Slow += bucket.Slow;
            }
        }

        return other;
    }

    private StripedCells AddStripes()
    {
        var stripes = new StripedCells(Kept + 1);
        for (var row = 0; row < StripedCells.Rows; row++)
        {
            stripes.Row(row)[Newest] = long.MinValue;
        }

        return Interlocked.CompareExchange(ref _stripes, stripes, null) ?? stripes;
    }

    private static int BucketOf(long number) => (int)(number % Kept);

    private static void Raise(ref long highest, long value)
    {
        var seen = Volatile.Read(ref highest);
        while (seen < value)
        {
            var before = Interlocked.CompareExchange(ref highest, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <returns>What the bucket of the cell holds now.</returns>
    private long Count(ref long cell, long number, long count)
    {
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var next = Counted(seen, number, count);
            var before = Interlocked.CompareExchange(ref cell, next, seen);
            if (before == seen)
            {
                return Read(next).Count;
            }

            seen = before;
        }
    }

    /// <summary>
    /// A cell with successes of a bucket counted in. A bucket that the cell has left behind is out of the window already: its thread slept
    /// that long between reading the clock and now.
    /// </summary>
    private long Counted(long cell, long number, long count)
    {
        var (current, already) = Read(cell);
        return current > number ? cell : (number << _countBits) | ((current == number ? already : 0) + count);
    }

    private long SumSuccesses(long current, long buckets)
    {
        var sum = Sum(_sharedSuccesses, current, buckets);
        if (_stripes is { } stripes)
        {
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                sum += Sum(stripes.Row(row)[..Kept], current, buckets);
            }
        }

        return sum;
    }

    private long Sum(ReadOnlySpan<long> cells, long current, long buckets)
    {
        var sum = 0L;
        foreach (ref readonly var cell in cells)
        {
            var (number, count) = Read(Volatile.Read(in cell));
            sum += current - number < buckets ? count : 0;
        }

        return sum;
    }

    private void CopySuccesses(ReadOnlySpan<long> cells, long current, ResultWindow other)
    {
        foreach (ref readonly var cell in cells)
        {
            var (number, count) = Read(Volatile.Read(in cell));
            if (current - number < Buckets)
            {
                var counted = other.NumberAt(StartOf(number));
                other.Count(ref other._sharedSuccesses[BucketOf(counted)], counted, count);
            }
        }
    }

    private ref FailureBucket Troubles_NeedsLock(long number)
    {
        _troubles ??= new FailureBucket[Kept];
        ref var bucket = ref _troubles[BucketOf(number)];
        if (bucket.Number < number)
        {
            bucket = new() { Number = number };
        }

        return ref bucket;
    }

    private (long Number, long Count) Read(long cell) => (cell >> _countBits, cell & ((1L << _countBits) - 1));

    private long NumberAt(long timestamp) => Math.Max(0, (timestamp - _origin) / _width);

    private long StartOf(long number) => _origin + (number * _width);

    [InlineArray(Kept)]
    private struct Cells
    {
        private long _first;
    }

    private struct FailureBucket
    {
        public long Number;
        public int Failures;
        public int Slow;
    }
}
