using System.Numerics;

namespace Resilience.Http.CircuitBreaker;

/// <summary>Numbers in rows, one row per processor, so that processors which only count do not fight over a cache line.</summary>
internal static class Stripes
{
    /// <summary>Numbers in a row: 128 bytes, a cache line and the neighbour that is fetched along with it.</summary>
    public const int Width = 128 / sizeof(long);

    /// <summary>One width is left empty: the array's length, which every access reads, must not share a line with what a processor writes.</summary>
    public const int FirstRow = Width;

    /// <summary>A power of two, for the mask. At 16 a circuit weighs 4 KiB, and four of 64 processors share a row.</summary>
    private static readonly int Rows = Math.Min(16, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    /// <summary>Where the row of the processor begins that runs this. The thread may move at once: change numbers atomically all the same.</summary>
    public static int Here => FirstRow + ((Thread.GetCurrentProcessorId() & (Rows - 1)) * Width);

    public static long[] Create() => new long[FirstRow + (Rows * Width)];
}
