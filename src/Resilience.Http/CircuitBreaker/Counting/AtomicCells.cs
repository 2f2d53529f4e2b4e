namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// The two atomic steps by which a success is counted. A cell holds the counts of its buckets below, and above them the lap of the ring
/// that these buckets belong to, so that one step changes all of it.
/// </summary>
internal static class AtomicCells
{
    /// <summary>
    /// The lap has the other 34 bits. At the shortest window, 100 ms, a lap of twenty buckets takes 200 ms, and so many laps take a
    /// century.
    /// </summary>
    public const int CountBits = 30;

    /// <summary>The lap of a cell.</summary>
    public static long Lap(long cell) => cell >>> CountBits;

    /// <summary>Adds to one count of a cell. If the cell is of an earlier lap, all its counts start from nothing.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="lap">The lap that the bucket belongs to.</param>
    /// <param name="shift">How many bits of other counts are below this one.</param>
    /// <param name="most">The highest count that there is room for: all its bits.</param>
    /// <param name="added">What is added.</param>
    /// <returns>False if there is no room; then nothing has changed.</returns>
    public static bool TryAdd(ref long cell, long lap, int shift, long most, long added)
    {
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            if (Lap(seen) > lap)
            {
                // The bucket has left the window: the thread was held up that long between its reading of the clock and now.
                return true;
            }

            var counts = Lap(seen) == lap ? seen : lap << CountBits;
            if (((counts >>> shift) & most) + added > most)
            {
                return false;
            }

            var before = Interlocked.CompareExchange(ref cell, counts + (added << shift), seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }
    }

    /// <summary>Raises a cell to a value, unless it is as high already.</summary>
    public static void Raise(ref long cell, long value)
    {
        var seen = Volatile.Read(ref cell);
        while (seen < value)
        {
            var before = Interlocked.CompareExchange(ref cell, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
