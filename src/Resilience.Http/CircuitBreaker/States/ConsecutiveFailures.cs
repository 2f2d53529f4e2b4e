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
    /// <summary>How many are kept if no threshold asks for more.</summary>
    public const int MostKept = 1_000;

    // By beginning, and by number if they began together. Each has a mark of the results that were known when it was.
    private PriorityQueue<FailureMark, (long Order, int Number)>? _row;
    private int _known;
    private int _failures;

    /// <summary>How many counted failures are known. An attempt takes this number along from its start.</summary>
    public int Known => Volatile.Read(ref _known);

    public int Count_NeedsLock(ResultWindow window)
    {
        EndUpTo_NeedsLock(window.NewestSuccess);
        return _row?.Count ?? 0;
    }

    /// <summary>Counts a failure, unless an attempt that began after it has succeeded, or it is one more of the same burst.</summary>
    /// <returns>The row that it is a part of; none if a later attempt has succeeded.</returns>
    public FailureRow Add_NeedsLock(in CircuitPermit permit, long at, bool timedOut, int threshold, ResultWindow window)
    {
        var newest = window.NewestSuccess;
        EndUpTo_NeedsLock(newest);
        if (permit.Order < newest)
        {
            return default;
        }

        Lengthen_NeedsLock(permit, timedOut, Math.Max(threshold, MostKept), window.Mark_NeedsLock(at));
        return _row is not null && _row.TryPeek(out var first, out _)
            ? new(
                _row.Count,
                Repeated: Math.Max(0, _failures - first.FailuresBefore - _row.Count),
                window.SuccessesSince_NeedsLock(first.Successes, at),
                first.StartedAt)
            : default;
    }

    private void EndUpTo_NeedsLock(long newestSuccess)
    {
        while (_row is not null && _row.TryPeek(out _, out var began) && began.Order < newestSuccess)
        {
            _row.Dequeue();
        }
    }

    private void Lengthen_NeedsLock(in CircuitPermit permit, bool timedOut, int most, SuccessMark successes)
    {
        var mark = new FailureMark(successes, _failures++, permit.StartedAt);
        if (!timedOut && permit.KnownFailures != _known)
        {
            return;
        }

        Volatile.Write(ref _known, _known + 1);
        _row ??= new();
        _row.Enqueue(mark, (permit.Order, _known));
        if (_row.Count > most)
        {
            // The next one takes the mark over: the row is as old as before.
            var oldest = _row.Dequeue();
            _row.TryPeek(out _, out var began);
            _row.DequeueEnqueue(oldest, began);
        }
    }
}
