namespace Resilience.Http.CircuitBreaker;

/// <summary>Numbers that one thread writes and others read.</summary>
internal static class ThreadRow
{
    /// <summary>
    /// Where the numbers begin. Before them 128 bytes are left empty, a cache line and the neighbour that is fetched along with it: so rows
    /// which come to lie side by side do not share what their threads write.
    /// </summary>
    public const int First = 128 / sizeof(long);

    public static long[] Create(int numbers) => new long[First + numbers];
}
