using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// Token sources with a deadline, used again and again: one pool per clock. See <see cref="TimeoutSource"/> for how it stays exact.
/// </summary>
internal sealed class TimeoutLeasePool
{
    /// <summary>Enough for a burst; what comes back beyond it is disposed (1,000 x 400 B).</summary>
    private const int MostIdle = 1_000;

    private static readonly TimeoutLeasePool OfSystemClock = new(TimeProvider.System, ThreadPoolQueue.Instance);

    /// <summary>For blocking reads: its limits fire even if no thread of the pool is free.</summary>
    public static readonly TimeoutLeasePool OfTimerThread = new(TimerThread.Instance, InlineQueue.Instance);

    /// <summary>A timer takes 49 days at most. Whatever it is set to, it is set again if it ticks too early.</summary>
    private const double LongestWait = 24 * 60 * 60 * 1_000d;

    private readonly ConcurrentQueue<TimeoutSource> _idle = new();
    private readonly double _millisecondsPerTimestamp;
    private int _idleCount;

    /// <param name="clock">The clock of the deadlines.</param>
    /// <param name="queue">
    /// Where a limit that is due waits for its turn. <see langword="null"/>: it fires when it is due, and the process is not
    /// watched. That is right for a clock that is not the machine's: a test that moves its clock by an hour is not an hour late.
    /// </param>
    public TimeoutLeasePool(TimeProvider clock, IWorkQueue? queue = null)
    {
        Clock = clock;
        Queue = queue;
        Probe = queue is null ? null : new(this);
        Warnings = new(clock);
        _millisecondsPerTimestamp = 1_000d / clock.TimestampFrequency;
    }

    public TimeProvider Clock { get; }

    public IWorkQueue? Queue { get; }

    public ProcessDelayProbe? Probe { get; }

    public TimeoutSources Sources { get; } = new();

    /// <summary>When to warn that the process is behind: it is one process, however many services it calls.</summary>
    public DelayWarnings Warnings { get; }

    /// <summary>The pool of a container's clock. If that is the system's, it is the same for the whole process.</summary>
    public static TimeoutLeasePool GetOrCreate(ResilienceRuntime host)
    {
        if (host.Clock != TimeProvider.System)
        {
            return host.GetOrCreate(static host => new TimeoutLeasePool(host.Clock));
        }

        host.ProcessWatch ??= OfSystemClock.Probe;
        return OfSystemClock;
    }

    /// <summary>A token that is canceled after <paramref name="timeout"/>, or when the caller's is. To be returned once.</summary>
    public TimeoutLease Rent(TimeSpan timeout, ILogger log, CancellationToken callerToken)
    {
        var now = Clock.GetTimestamp();
        var source = Take();
        source.Begin(now, Clock.After(now, timeout), log, callerToken);
        return source.Lease;
    }

    /// <summary>A source to begin a use with: the one that a pooled context kept from an earlier call, if it is of this pool.</summary>
    public TimeoutSource Rent(TimeoutSource? kept)
    {
        if (kept?.Pool == this)
        {
            return kept;
        }

        kept?.Dispose(); // A context that last served a service with another clock.
        return Take();
    }

    /// <summary>
    /// Ends the use of a source, and says whether the context keeps it. With the system's clock it does, which saves two atomic steps a
    /// call. Another clock usually is a test's, and how many timers a test has must not depend on the threads that its calls happened to
    /// run on.
    /// </summary>
    public bool TryKeepInPlace(TimeoutSource source)
    {
        var isUsable = source.End();
        if (isUsable && this != OfSystemClock)
        {
            Keep(source);
        }

        return isUsable && this == OfSystemClock;
    }

    /// <summary>Takes back a source that is not in use.</summary>
    public void Keep(TimeoutSource source)
    {
        if (Interlocked.Increment(ref _idleCount) <= MostIdle)
        {
            _idle.Enqueue(source);
        }
        else
        {
            Interlocked.Decrement(ref _idleCount);
            source.Dispose();
        }
    }

    /// <summary>
    /// The wait to set on a timer. It counts whole milliseconds and cuts the rest off, so it is rounded up: never early, and never a busy
    /// loop.
    /// </summary>
    internal TimeSpan WaitUntil(long deadline) =>
        TimeSpan.FromMilliseconds(
            Math.Clamp(Math.Ceiling((deadline - Clock.GetTimestamp()) * _millisecondsPerTimestamp), 1, LongestWait));

    /// <summary>A timer that carries nothing of the call that happens to need it first: no activity, no logging scope.</summary>
    internal ITimer CreateTimer(TimerCallback callback, object state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private TimeoutSource Take()
    {
        if (_idle.TryDequeue(out var source))
        {
            Interlocked.Decrement(ref _idleCount);
            return source;
        }

        return new TimeoutSource(this);
    }
}
