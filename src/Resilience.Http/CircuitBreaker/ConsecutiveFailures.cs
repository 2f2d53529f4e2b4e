namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// Failures in a row. A burst is one failure: what was in flight together when a server died fails together and tells the same news once.
/// </summary>
internal sealed class ConsecutiveFailures
{
    private int _count;
    private int _known;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many counted failures are known. An attempt takes this number along from its start.</summary>
    public int Known => Volatile.Read(ref _known);

    /// <summary>Counts a failure, unless bursts count once and another one became known while its attempt was under way.</summary>
    /// <returns>How many there are in a row now: in one step, since a success resets the count without the lock.</returns>
    public int Add_NeedsLock(int knownAtStart, bool burstsCountOnce)
    {
        if (burstsCountOnce && knownAtStart != _known)
        {
            return Count;
        }

        Volatile.Write(ref _known, _known + 1);
        return Interlocked.Increment(ref _count);
    }

    /// <summary>A success ends the row. Writes only where there is a row to end, since all processors share this line.</summary>
    public void Reset()
    {
        if (Count != 0)
        {
            Interlocked.Exchange(ref _count, 0);
        }
    }
}
