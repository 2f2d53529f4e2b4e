using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// Failures in a row, read in the order in which their attempts began. A success ends the row for what began before it and leaves what
/// began after it: so attempts that hang at one of three backends, and fail long after others were answered, form no row.
/// </summary>
/// <remarks>
/// A burst is one failure: what was in flight together when a server died fails together and brings the same news once. Timeouts count
/// each, as they are the only sign of a service that hangs.
/// </remarks>
internal sealed class ConsecutiveFailures
{
    /// <summary>How many are kept if no threshold asks for more; what began before them is forgotten.</summary>
    public const int MostKept = 1_000;

    // By beginning, and by number if they began together. Each has a mark of how many successes were known when it was.
    private PriorityQueue<SuccessMark, (long Order, int Number)>? _row;
    private int _known;
    private int _repeated;

    /// <summary>How many counted failures are known. An attempt takes this number along from its start.</summary>
    public int Known => Volatile.Read(ref _known);

    public int Count_NeedsLock(ResultWindow window)
    {
        EndUpTo_NeedsLock(window.NewestSuccess);
        return _row?.Count ?? 0;
    }

    /// <summary>Counts a failure, unless an attempt that began after it has succeeded, or it is one more of the same burst.</summary>
    public FailureRow Add_NeedsLock(in CircuitPermit permit, long at, bool timedOut, int threshold, ResultWindow window)
    {
        var newest = window.NewestSuccess;
        EndUpTo_NeedsLock(newest);
        if (permit.Order >= newest)
        {
            Lengthen_NeedsLock(permit, timedOut, Math.Max(threshold, MostKept), window.Mark_NeedsLock(at));
        }

        return _row is not null && _row.TryPeek(out var first, out _)
            ? new(_row.Count, _repeated, window.SuccessesSince_NeedsLock(first, at))
            : default;
    }

    private void EndUpTo_NeedsLock(long newestSuccess)
    {
        while (_row is not null && _row.TryPeek(out _, out var began) && began.Order < newestSuccess)
        {
            _row.Dequeue();
        }

        _repeated = _row is { Count: > 0 } ? _repeated : 0;
    }

    private void Lengthen_NeedsLock(in CircuitPermit permit, bool timedOut, int most, SuccessMark known)
    {
        if (!timedOut && permit.KnownFailures != _known)
        {
            _repeated++;
            return;
        }

        Volatile.Write(ref _known, _known + 1);
        _row ??= new();
        _row.Enqueue(known, (permit.Order, _known));
        if (_row.Count > most)
        {
            _row.Dequeue();
        }
    }
}
