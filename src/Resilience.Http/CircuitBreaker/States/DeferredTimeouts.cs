using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// Timeouts that fired while this process was behind. They may be its own trouble, or that of a service that hangs under callers who block
/// on it. So they are set aside: a success of an attempt that began no earlier than the first of them drops them all; without one they
/// count like any others when their time is over.
/// </summary>
internal sealed class DeferredTimeouts
{
    /// <summary>More would not change what the circuit does.</summary>
    private const int Most = 1_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly List<Deferred> _timeouts = [];
    private long _firstOrder;
    private long _dueAt = Timestamps.Never;

    /// <summary>
    /// When the timeouts count of which this is the first: as long again after its limit as the limit is, but at most 10 s.
    /// </summary>
    public static long EndFor(in CircuitPermit permit, TimeSpan limit, TimeProvider clock) =>
        clock.After(permit.StartedAt, WithTurn(limit));

    public static TimeSpan WithTurn(TimeSpan limit) => limit + (limit < Longest ? limit : Longest);

    /// <summary>Whether they count from now on. Without a lock: one read where there are none.</summary>
    public bool AreDue(long now) => now >= Volatile.Read(ref _dueAt);

    /// <summary>
    /// Whether a success of an attempt with that place in the order drops them. Without a lock: one read where there are none.
    /// </summary>
    public bool AreRefutedBy(long order) => Volatile.Read(ref _dueAt) != Timestamps.Never && order >= Volatile.Read(ref _firstOrder);

    /// <param name="permit">The permit of the attempt, which is given back.</param>
    /// <param name="failure">The timeout.</param>
    /// <param name="dueAt">When they count, if this is the first.</param>
    public void Add_NeedsLock(in CircuitPermit permit, in CircuitFailure failure, long dueAt)
    {
        if (_timeouts.Count == 0)
        {
            Volatile.Write(ref _firstOrder, permit.Order);
            Volatile.Write(ref _dueAt, dueAt);
        }

        if (_timeouts.Count < Most)
        {
            _timeouts.Add(new(permit, failure));
        }
    }

    public Deferred[] Take_NeedsLock()
    {
        Volatile.Write(ref _dueAt, Timestamps.Never);
        Deferred[] taken = [.. _timeouts];
        _timeouts.Clear();
        return taken;
    }

    internal readonly record struct Deferred(CircuitPermit Permit, CircuitFailure Failure);
}
