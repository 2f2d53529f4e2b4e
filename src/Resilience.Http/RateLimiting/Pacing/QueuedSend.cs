namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// A send that waits for its slot. It ends once: under the lock of its queue, which then signals it outside. A send of a synchronous call
/// blocks its thread, one of an asynchronous call awaits a task.
/// </summary>
internal sealed class QueuedSend(long slotAt, long latest, bool async)
{
    private readonly TaskCompletionSource? _task = async ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    private readonly ManualResetEventSlim? _event = async ? null : new();

    /// <summary>The timestamp at which its slot comes, as far as that is known.</summary>
    public long SlotAt { get; set; } = slotAt;

    /// <summary>The timestamp that its slot must come before.</summary>
    public long Latest { get; set; } = latest;

    public QueueEnd End { get; set; }

    /// <summary>If its slot came: the timestamp at which it took it.</summary>
    public long TakenAt { get; set; }

    /// <summary>If it was too late: how many others were before it, and how long until its slot would have come.</summary>
    public (int Ahead, TimeSpan Wait) Rejected { get; set; }

    public Task Ended => _task!.Task;

    public void Signal()
    {
        _task?.TrySetResult();
        _event?.Set();
    }

    /// <summary>Blocks until the send has ended, for so long at most; <see cref="Timeout.InfiniteTimeSpan"/> is no limit.</summary>
    public void Block(TimeSpan limit) => _event!.Wait(limit);
}
