using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// The successes in a ring of buckets, for a busy circuit. Each processor counts in a row of its own, and a bucket has a cell in each row.
/// </summary>
internal sealed class BusyCounts
{
    private const int Length = ResultWindow.Kept;
    private const long Most = (1L << AtomicCells.CountBits) - 1;

    /// <summary>The cell of a row that has the place of its newest success.</summary>
    private const int NewestCell = Length;

    private readonly StripedCells _rows = new(Length + 1);

    public BusyCounts()
    {
        for (var row = 0; row < StripedCells.Rows; row++)
        {
            _rows.Row(row)[NewestCell] = long.MinValue;
        }
    }

    /// <summary>The place of the latest attempt that succeeded, in the order in which attempts began.</summary>
    public long Newest
    {
        get
        {
            var newest = long.MinValue;
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                newest = Math.Max(newest, Volatile.Read(ref _rows.Row(row)[NewestCell]));
            }

            return newest;
        }
    }

    /// <summary>Adds successes to a bucket. A row has room for a billion of them; more in one bucket change nothing.</summary>
    /// <param name="number">The bucket.</param>
    /// <param name="successes">How many.</param>
    /// <param name="order">The latest of their places in the order in which attempts began.</param>
    public void Add(long number, long successes, long order)
    {
        var mine = _rows.Mine;
        AtomicCells.TryAdd(ref mine[(int)(number % Length)], number / Length, shift: 0, Most, successes);
        AtomicCells.Raise(ref mine[NewestCell], order);
    }

    /// <summary>The successes of the buckets from one to another, both included.</summary>
    public long Sum(long first, long last)
    {
        var sum = 0L;
        for (var row = 0; row < StripedCells.Rows; row++)
        {
            var cells = _rows.Row(row);
            for (var i = 0; i < Length; i++)
            {
                var cell = Volatile.Read(ref cells[i]);
                var number = (AtomicCells.Lap(cell) * Length) + i;
                sum += number >= first && number <= last ? cell & Most : 0;
            }
        }

        return sum;
    }
}
