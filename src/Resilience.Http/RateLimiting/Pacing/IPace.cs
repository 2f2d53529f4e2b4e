namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// When the sends of a <see cref="PacedQueue{TPace}"/> may go: a bucket of this process, a pause that a server asked for, or a share of
/// what several processes have in common. Called under the lock of the queue only.
/// </summary>
internal interface IPace
{
    /// <summary>The timestamp at which a send may go that has others before it; <paramref name="now"/> or earlier for at once.</summary>
    /// <param name="now">The timestamp of now.</param>
    /// <param name="ahead">How many sends go before it.</param>
    long SlotAt(long now, int ahead);

    /// <summary>A send goes. Its slot has come.</summary>
    void Take(long now);

    /// <summary>A send that had gone was not sent after all.</summary>
    /// <param name="now">The timestamp of now.</param>
    /// <param name="takenAt">The timestamp at which it took its slot.</param>
    void GiveBack(long now, long takenAt);
}
