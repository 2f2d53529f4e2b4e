using System.Runtime.CompilerServices;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// The results of the last sampling window, in ten buckets of a tenth. Successes are counted without a lock, in a busy circuit by each thread
/// for itself; failures and slow results, which are rare, under the circuit's lock. Only these ask for the sum.
/// </summary>
internal sealed class ResultWindow
{
    private const int Buckets = 10;

    private readonly TimeProvider _clock;
    private readonly CircuitTraffic _traffic;
    private readonly long _width;
    private readonly long _origin;
    private readonly int _countBits;

    private readonly PerThread<long[]> _successes = new(static () => ThreadRow.Create(Buckets));

    // A cell holds a bucket's number above and its count below, so that both change in one step.
    private Cells _sharedSuccesses;
    private Troubles[]? _troubles; // Made when there is one.

    public ResultWindow(TimeProvider clock, CircuitTraffic traffic, TimeSpan length, long now)
    {
        _clock = clock;
        _traffic = traffic;
        Length = length;
        _width = clock.After(0, length / Buckets);

        // Empty cells are of bucket 0, which has just left the window, and a clock may begin anywhere.
        _origin = now - (Buckets * _width);

        // Numbers last for a century: at the shortest window, 100 ms, that leaves 24 bits for 10 ms of one row.
        _countBits = 63 - (int)long.Log2(Math.Max(1, clock.After(0, TimeSpan.FromDays(36_500)) / _width) * 2);
    }

    public TimeSpan Length { get; }

    public void AddSuccess(long at) => AddSuccesses(NumberAt(at), 1);

    public void AddFailure_NeedsLock(long at) => Troubles_NeedsLock(NumberAt(at)).Failures++;

    public void AddSlow_NeedsLock(long at) => Troubles_NeedsLock(NumberAt(at)).Slow++;

    public WindowTotals Sum_NeedsLock(long now)
    {
        var current = NumberAt(now);
        var successes = Sum(_sharedSuccesses, current);
        foreach (var place in _successes.Places)
        {
            successes += Sum(CellsOf(place), current);
        }

        long failures = 0, slow = 0;
        foreach (ref readonly var bucket in _troubles.AsSpan())
        {
            if (current - bucket.Number < Buckets)
            {
                failures += bucket.Failures;
                slow += bucket.Slow;
            }
        }

        return new(successes, failures, slow);
    }

    /// <summary>The same results in a window of another length; each bucket's results count from the bucket's start.</summary>
    public ResultWindow Resized_NeedsLock(TimeSpan length, long now)
    {
        var other = new ResultWindow(_clock, _traffic, length, now);
        var current = NumberAt(now);
        CopySuccesses(_sharedSuccesses, current, other);
        foreach (var place in _successes.Places)
        {
            CopySuccesses(CellsOf(place), current, other);
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

    private static ReadOnlySpan<long> CellsOf(PerThread<long[]>.Place? place) => place is null ? [] : place.Object.AsSpan(ThreadRow.First, Buckets);

    private void AddSuccesses(long number, long count)
    {
        var bucket = (int)(number % Buckets);
        if (_traffic.IsBusy && _successes.Mine is { } mine)
        {
            ref var cell = ref mine[ThreadRow.First + bucket];
            Volatile.Write(ref cell, Counted(cell, number, count));
        }
        else
        {
            AddShared(ref _sharedSuccesses[bucket], number, count);
        }
    }

    private void AddShared(ref long cell, long number, long count)
    {
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var next = Counted(seen, number, count);
            var before = Interlocked.CompareExchange(ref cell, next, seen);
            if (before == seen)
            {
                _traffic.Note(Read(next).Count);
                return;
            }

            seen = before;
        }
    }

    /// <summary>
    /// A cell with successes of a bucket counted in. A bucket that the cell has left behind is out of the window already: its thread slept that
    /// long between reading the clock and now.
    /// </summary>
    private long Counted(long cell, long number, long count)
    {
        var (current, already) = Read(cell);
        return current > number ? cell : (number << _countBits) | ((current == number ? already : 0) + count);
    }

    private long Sum(ReadOnlySpan<long> cells, long current)
    {
        var sum = 0L;
        foreach (ref readonly var cell in cells)
        {
            var (number, count) = Read(Volatile.Read(in cell));
            sum += current - number < Buckets ? count : 0;
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
                other.AddSuccesses(other.NumberAt(StartOf(number)), count);
            }
        }
    }

    private ref Troubles Troubles_NeedsLock(long number)
    {
        _troubles ??= new Troubles[Buckets];
        ref var bucket = ref _troubles[number % Buckets];
        if (bucket.Number < number)
        {
            bucket = new() { Number = number };
        }

        return ref bucket;
    }

    private (long Number, long Count) Read(long cell) => (cell >> _countBits, cell & ((1L << _countBits) - 1));

    private long NumberAt(long timestamp) => Math.Max(0, (timestamp - _origin) / _width);

    private long StartOf(long number) => _origin + (number * _width);

    [InlineArray(Buckets)]
    private struct Cells
    {
        private long _first;
    }

    private struct Troubles
    {
        public long Number;
        public int Failures;
        public int Slow;
    }
}
