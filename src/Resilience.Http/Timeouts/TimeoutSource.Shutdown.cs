using Resilience.Http.Pipeline;

namespace Resilience.Http.Timeouts;

/// <summary>How the deadline of a use keeps to the shutdown of its app.</summary>
internal sealed partial class TimeoutSource
{
    private Shutdown? _shutdown;

    /// <summary>Moves the deadline of a use in progress to the end of the shutdown, if it belongs to that app and is later.</summary>
    public void KeepTo(Shutdown shutdown)
    {
        var use = Use;
        if (ReferenceEquals(Volatile.Read(ref _shutdown), shutdown))
        {
            KeepTo(shutdown, use);
        }
    }

    /// <summary>
    /// Called after each write of the deadline, and when the shutdown begins, which writes its own deadline first. Both have a full fence
    /// between their write and their read, so one of the two sees the other.
    /// </summary>
    private void KeepTo(Shutdown? shutdown, int use)
    {
        if (shutdown is not null && shutdown.Deadline is var end && end < Volatile.Read(ref _deadline))
        {
            _callDeadline = Math.Min(_callDeadline, end);
            TryMove(use, _startedAt, end);
        }
    }
}
