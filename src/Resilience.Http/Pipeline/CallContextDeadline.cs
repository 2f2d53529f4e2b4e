using Resilience.Http.Deadlines;

namespace Resilience.Http.Pipeline;

internal sealed partial class CallContext
{
    private long _ownDeadline = long.MaxValue;
    private TimeoutScope _ownScope;
    private bool _wasCutByShutdown;

    /// <summary>
    /// Timestamp at which the whole call must have its headers; <see cref="long.MaxValue"/> if nothing limits it. It moves closer when the
    /// app begins to stop.
    /// </summary>
    public long Deadline => Math.Min(_ownDeadline, Service.Host.Shutdown.Deadline);

    /// <summary>Whose deadline it is.</summary>
    public TimeoutScope DeadlineScope =>
        Service.Host.Shutdown.Deadline is var shutdown && shutdown != long.MaxValue && shutdown <= _ownDeadline
            ? TimeoutScope.Shutdown
            : _ownScope;

    /// <summary>The time that the call had from its start to its deadline.</summary>
    public TimeSpan DeadlineLength => DeadlineScope switch
    {
        TimeoutScope.Shutdown => Service.Host.Shutdown.Grace,
        TimeoutScope.Incoming => _ownDeadline <= StartedAt ? TimeSpan.Zero : Clock.GetElapsedTime(StartedAt, _ownDeadline),
        _ => TotalTimeout,
    };

    /// <summary>What the caller's own request says of the deadline, noted before the chain writes over it.</summary>
    public CallerDeadline CallerDeadline { get; } = new();

    /// <summary>Ends the call at a timestamp, unless it ends earlier anyway.</summary>
    public void EndBy(long deadline, TimeoutScope scope)
    {
        if (deadline < _ownDeadline)
        {
            (_ownDeadline, _ownScope) = (deadline, scope);
        }
    }

    /// <summary>The shutdown of the app cut the call. Counted once, however many of its sends were cut.</summary>
    public void NoteShutdownCut()
    {
        if (!_wasCutByShutdown)
        {
            _wasCutByShutdown = true;
            Service.Host.Shutdown.CountCut();
        }
    }

    private void ClearDeadline()
    {
        _ownDeadline = long.MaxValue;
        _wasCutByShutdown = false;
        CallerDeadline.Clear();
    }
}
