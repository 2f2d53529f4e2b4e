using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// Measures how far this process is behind while time limits are running: a timer that notes how late it is, and a work item that notes how
/// long it waited in the thread pool's queue. It stops when no limit is running, and the next one starts it again.
/// </summary>
/// <remarks>
/// No limit runs unwatched: a use that begins writes its deadline, then reads whether the probe runs; the probe notes that it has stopped,
/// then reads the deadlines; both with a full fence between. One of the two sees the other and starts it.
/// </remarks>
internal sealed class ProcessDelayProbe(TimeoutLeasePool pool) : IThreadPoolWorkItem, IProcessWatch
{
    /// <summary>Half of what is tolerated, so that no longer delay is missed.</summary>
    private static readonly TimeSpan Interval = ProcessDelay.Tolerance / 2;

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private int _isRunning;
    private long _tickDueAt;
    private long _postedAt;
    private Episode? _last;

    /// <summary>Called when a limit has begun. Costs one read if the probe is running.</summary>
    public void EnsureRunning()
    {
        if (Volatile.Read(ref _isRunning) == 0 && Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            ScheduleTick();
        }
    }

    /// <summary>The delay that may explain why a limit fired, if there was one.</summary>
    /// <param name="startedAt">Timestamp at which the limit began.</param>
    /// <param name="now">Timestamp at which it fires.</param>
    public ProcessDelay? Between(long startedAt, long now)
    {
        if (Volatile.Read(ref _postedAt) is not 0 and var postedAt
            && Elapsed(postedAt, now) is var waited
            && waited > ProcessDelay.Tolerance)
        {
            return new(ProcessDelayCause.ThreadPool, waited);
        }

        if (Volatile.Read(ref _tickDueAt) is not 0 and var dueAt && Elapsed(dueAt, now) is var late && late > ProcessDelay.Tolerance)
        {
            return new(ProcessDelayCause.Timers, late);
        }

        return Volatile.Read(ref _last) is { } last && last.EndedAt >= startedAt
            && last.Delay.Length > ProcessDelay.ToleranceFor(Elapsed(startedAt, now))
            ? last.Delay
            : null;
    }

    public bool WasBehind(long since, long now) => Between(since, now) is not null;

    /// <summary>The work item has come to its turn.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var now = pool.Clock.GetTimestamp();
        Note(ProcessDelayCause.ThreadPool, Interlocked.Exchange(ref _postedAt, 0), now);
    }

    private void OnTick()
    {
        var now = pool.Clock.GetTimestamp();
        var postedAt = Volatile.Read(ref _postedAt);

        // A timer needs a thread of the pool too: while work waits there, a late tick says nothing of its own.
        if (postedAt == 0)
        {
            Note(ProcessDelayCause.Timers, Volatile.Read(ref _tickDueAt), now);
            Volatile.Write(ref _postedAt, now);
            pool.Queue!.Post(this);
        }

        if (pool.Sources.AnyRunning())
        {
            ScheduleTick();
            return;
        }

        Volatile.Write(ref _tickDueAt, 0);
        Interlocked.Exchange(ref _isRunning, 0);
        if (pool.Sources.AnyRunning())
        {
            EnsureRunning();
        }
    }

    private void ScheduleTick()
    {
        lock (_gate)
        {
            _timer ??= pool.CreateTimer(static state => ((ProcessDelayProbe)state!).OnTick(), this);
        }

        Volatile.Write(ref _tickDueAt, pool.Clock.After(pool.Clock.GetTimestamp(), Interval));
        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keeps the longest delay of an episode: of delays that follow closely on each other.</summary>
    private void Note(ProcessDelayCause cause, long dueAt, long now)
    {
        var length = Elapsed(dueAt, now);
        if (dueAt == 0 || length <= ProcessDelay.Tolerance)
        {
            return;
        }

        lock (_gate)
        {
            var goesOn = _last is { } last && Elapsed(last.EndedAt, dueAt) <= ProcessDelay.Tolerance && last.Delay.Length > length;
            Volatile.Write(ref _last, new(goesOn ? _last!.Delay : new(cause, length), now));
        }
    }

    private TimeSpan Elapsed(long from, long to) => pool.Clock.GetElapsedTime(from, to);

    /// <param name="Delay">The longest of it.</param>
    /// <param name="EndedAt">Timestamp at which the process had caught up.</param>
    private sealed record Episode(ProcessDelay Delay, long EndedAt);
}
