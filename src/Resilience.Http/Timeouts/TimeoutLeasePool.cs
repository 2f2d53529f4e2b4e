using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Token sources with a deadline, used again and again: one pool per clock. See <see cref="TimeoutSource"/> for how it stays exact.</summary>
/// <param name="clock">What the deadlines are on.</param>
/// <param name="logger">Hears of callbacks that throw.</param>
/// <param name="processors">How many have a slot of their own. With one, which source serves which attempt does not depend on where a thread happens to run.</param>
internal sealed class TimeoutLeasePool(TimeProvider clock, ILogger? logger = null, int? processors = null)
{
    /// <summary>Enough for a burst; what comes back beyond it is disposed (1,000 x 400 B).</summary>
    private const int MostIdle = 1_000;

    /// <summary>A cache line of 128 bytes (the most in use) per slot, so that processors do not disturb each other.</summary>
    private const int SlotStride = 16;

    /// <summary>One stride is left empty: the array's length, which every access reads, must not share a line with what a processor writes.</summary>
    private const int FirstSlot = SlotStride;

    private readonly ConcurrentQueue<TimeoutSource> _idle = new();
    private readonly double _timestampsPerTick = (double)clock.TimestampFrequency / TimeSpan.TicksPerSecond;
    private readonly double _millisecondsPerTimestamp = 1_000d / clock.TimestampFrequency;
    private readonly int _mask = Slots(processors) - 1;
    private readonly TimeoutSource?[] _slots = new TimeoutSource?[FirstSlot + (Slots(processors) * SlotStride)];
    private int _idleCount;

    public TimeProvider Clock { get; } = clock;

    public ILogger Logger { get; } = logger ?? NullLogger.Instance;

    /// <summary>The one pool of a container.</summary>
    public static TimeoutLeasePool Of(ResilienceHost host) =>
        host.Shared(static host => new TimeoutLeasePool(host.Clock, host.Loggers.CreateLogger(TimeoutLog.Category)));

    /// <summary>A token that is cancelled at <paramref name="deadline"/> (a timestamp of the clock), or when the caller's is. To be returned once.</summary>
    public TimeoutLease Rent(long deadline, CancellationToken callerToken)
    {
        var source = Take();
        source.Begin(deadline, callerToken);
        return source.Lease;
    }

    /// <summary>A source for one who begins and ends it once for sure, and needs no lease for that. To be given to <see cref="Keep"/> if it can serve again.</summary>
    public TimeoutSource Take() => Interlocked.Exchange(ref SlotOfThisProcessor, null) ?? TakeIdle() ?? TakeFromOtherProcessors() ?? new TimeoutSource(this);

    /// <summary>Takes back a source that is not in use.</summary>
    public void Keep(TimeoutSource source)
    {
        ref var slot = ref SlotOfThisProcessor;
        if (slot is null && Interlocked.CompareExchange(ref slot, source, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _idleCount) > MostIdle)
        {
            Interlocked.Decrement(ref _idleCount);
            source.Discard();
            return;
        }

        _idle.Enqueue(source);
    }

    /// <summary>The timestamp that lies <paramref name="timeout"/> after another one.</summary>
    public long DeadlineAfter(long timestamp, TimeSpan timeout) => timestamp + (long)(timeout.Ticks * _timestampsPerTick);

    /// <summary>The wait to set on a timer. It counts whole milliseconds and cuts the rest off, so it is rounded up: never early, and never a busy loop.</summary>
    internal TimeSpan WaitUntil(long deadline) =>
        TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((deadline - Clock.GetTimestamp()) * _millisecondsPerTimestamp)));

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

    /// <summary>A power of two, for the mask.</summary>
    private static int Slots(int? processors) => (int)BitOperations.RoundUpToPowerOf2((uint)(processors ?? Environment.ProcessorCount));

    private ref TimeoutSource? SlotOfThisProcessor => ref _slots[FirstSlot + ((Thread.GetCurrentProcessorId() & _mask) * SlotStride)];

    private TimeoutSource? TakeIdle()
    {
        if (_idle.TryDequeue(out var source))
        {
            Interlocked.Decrement(ref _idleCount);
        }

        return source;
    }

    private TimeoutSource? TakeFromOtherProcessors()
    {
        for (var slot = FirstSlot; slot < _slots.Length; slot += SlotStride)
        {
            if (_slots[slot] is not null && Interlocked.Exchange(ref _slots[slot], null) is { } source)
            {
                return source;
            }
        }

        return null;
    }
}
