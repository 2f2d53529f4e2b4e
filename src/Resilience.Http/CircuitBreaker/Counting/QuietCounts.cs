using System.Runtime.CompilerServices;

namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// The successes in a ring of buckets, for a circuit that is not busy. All processors share it. A service may have a thousand circuits, so
/// three buckets share a cell.
/// </summary>
/// <remarks>
/// A cell begins its next lap as a whole: the first result of a bucket also drops the two buckets after it, which are a lap old. So the
/// ring has room for two buckets more than are read, <see cref="ResultWindow.Kept"/>, and for a multiple of three.
/// </remarks>
internal struct QuietCounts
{
    private const int BucketsPerCell = 3;
    private const int Length = (ResultWindow.Kept + (2 * BucketsPerCell) - 2) / BucketsPerCell;
    private const int Bits = AtomicCells.CountBits / BucketsPerCell;

    /// <summary>
    /// The most successes of a bucket that there is room for. More than these in a tenth of the sampling window make a circuit busy: one
    /// per millisecond at its default.
    /// </summary>
    public const long Most = (1 << Bits) - 1;

    private Cells _cells;

    /// <summary>Adds successes to a bucket.</summary>
    /// <returns>False if there is no room for them; then nothing has changed.</returns>
    public bool TryAdd(long number, long successes)
    {
        var (cell, place) = Math.DivRem((ulong)number, BucketsPerCell);
        return AtomicCells.TryAdd(ref _cells[(int)(cell % Length)], (long)(cell / Length), Bits * (int)place, Most, successes);
    }

    /// <summary>The successes of the buckets from one to another, both included.</summary>
    public readonly long Sum(long first, long last)
    {
        var sum = 0L;
        for (var i = 0; i < Length; i++)
        {
            var cell = Volatile.Read(in _cells[i]);
            var number = ((AtomicCells.Lap(cell) * Length) + i) * BucketsPerCell;
            for (var place = 0; place < BucketsPerCell; place++, number++)
            {
                sum += number >= first && number <= last ? (cell >>> (Bits * place)) & Most : 0;
            }
        }

        return sum;
    }

    [InlineArray(Length)]
    private struct Cells
    {
        private long _first;
    }
}
