namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// Sends that are still in flight long after later ones were answered, as at one of several instances that hangs. The limit is raised by
/// their number until they end. Its owner locks.
/// </summary>
/// <remarks>
/// They do not wait behind others: if the service were overloaded, those that began first would be answered first. A service that answers
/// the newest first looks the same, and needs no limit for its goodput.
/// </remarks>
internal sealed class OvertakenSends
{
    private long _newestAnswered = long.MinValue;
    private long _before = long.MinValue;
    private long _foundAt = long.MinValue;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Whether a send was answered that began after they were found last. If the whole service hangs, none is, and the limit stays.
    /// </summary>
    public bool IsNewSendAnswered => Volatile.Read(ref _newestAnswered) > Volatile.Read(ref _foundAt);

    public void Answer(long startedAt) => Volatile.Write(ref _newestAnswered, Math.Max(_newestAnswered, startedAt));

    /// <summary>Whether a send that began at least so many timestamps later has been answered.</summary>
    public bool IsOvertaken(long startedAt, long by) => _newestAnswered != long.MinValue && _newestAnswered - by >= startedAt;

    /// <param name="now">The timestamp.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="by">What began so many timestamps before the newest answered send is one of them.</param>
    public void Set(long now, int count, long by)
    {
        Volatile.Write(ref _foundAt, now);
        Volatile.Write(ref _before, _newestAnswered - by);
        Volatile.Write(ref _count, Math.Max(0, count));
    }

    /// <summary>There are no more of them than sends in flight.</summary>
    public void Bound(int inFlight) => Volatile.Write(ref _count, Math.Min(_count, inFlight));

    /// <summary>Whether a send that began then was one of them when they were found last.</summary>
    public bool Contains(long startedAt) => Volatile.Read(ref _count) > 0 && startedAt <= Volatile.Read(ref _before);

    public void Remove() => Volatile.Write(ref _count, Math.Max(0, _count - 1));
}
