namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>Numbers that one thread writes and others read.</summary>
internal static class ThreadRow
{
    /// <summary>
    /// Where the numbers begin. Before them and behind them 128 bytes are left empty, a cache line and the neighbour that is fetched along
    /// with it: so whatever comes to lie beside a row, another's row or something that all threads read, shares no line with what its
    /// thread writes.
    /// </summary>
    public const int First = 128 / sizeof(long);

    public static long[] Create(int numbers) => new long[First + numbers + First];
}
