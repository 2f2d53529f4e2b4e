using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>
/// A send that waits for a permit. The step that takes it out of the queue decides how its wait ends, so it ends once, whatever comes at
/// the same time. A synchronous one blocks its thread on the clock.
/// </summary>
internal sealed class LimitWaiter(ConcurrencyLimiter limiter, bool async)
{
    // Its continuation is the rest of the call: it must not run on the thread, or in the loop, of the send that gave a permit back.
    private readonly TaskCompletionSource? _ended = async ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;

    // Not disposed: another thread may still be about to set it, and without a wait handle it holds nothing.
    private readonly ManualResetEventSlim? _over = async ? null : new();

    public LimitWaiter? Previous { get; set; }

    public LimitWaiter? Next { get; set; }

    public bool IsQueued { get; set; }

    public WaitResult Result { get; set; }

    /// <summary>Signals those that were taken out of the queue together. Not under the lock of the queue.</summary>
    public static void SignalAll(LimitWaiter? first)
    {
        while (first is { } waiter)
        {
            first = waiter.Next; // Read first: once signaled, it belongs to its call.
            waiter.Next = null;
            waiter.Signal();
        }
    }

    public void End(WaitResult result)
    {
        Result = result;
        Signal();
    }

    /// <summary>Waits until there is a permit, or the call ends.</summary>
    /// <param name="clock">The clock of the deadline.</param>
    /// <param name="deadline">The timestamp at which the call ends.</param>
    /// <param name="callerToken">What ends it before.</param>
    /// <param name="shutdown">What brings the deadline closer; <see langword="null"/> if nothing does.</param>
    public Task<WaitResult> WaitAsync(TimeProvider clock, long deadline, CancellationToken callerToken, Shutdown? shutdown = null) =>
        async ? WaitForTask(clock, deadline, shutdown, callerToken) : Task.FromResult(Block(clock, deadline, shutdown, callerToken));

    private async Task<WaitResult> WaitForTask(TimeProvider clock, long deadline, Shutdown? shutdown, CancellationToken callerToken)
    {
        using var stopping = LeaveAtShutdown(shutdown, clock);
        using var canceled = LeaveWhenCanceled(callerToken);
        using (LeaveAt(deadline, clock))
        {
            await _ended!.Task.ConfigureAwait(false);
        }

        return Result;
    }

    private WaitResult Block(TimeProvider clock, long deadline, Shutdown? shutdown, CancellationToken callerToken)
    {
        using var stopping = LeaveAtShutdown(shutdown, clock);
        using var canceled = LeaveWhenCanceled(callerToken);
        if (clock == TimeProvider.System)
        {
            // A timer's callback needs a thread of the pool, and all of them may be waiting right here.
            if (!_over!.Wait(Left(deadline, clock), CancellationToken.None))
            {
                limiter.TryLeave(this, WaitResult.DeadlinePassed);
                _over.Wait(CancellationToken.None); // Already set, or about to be by what ended the wait at this very moment.
            }

            return Result;
        }

        using (LeaveAt(deadline, clock))
        {
            _over!.Wait(CancellationToken.None);
        }

        return Result;
    }

    private CancellationTokenRegistration LeaveWhenCanceled(CancellationToken callerToken) => callerToken.UnsafeRegister(
        static state => ((LimitWaiter)state!).Leave(WaitResult.Canceled), this);

    private ShutdownTimer? LeaveAtShutdown(Shutdown? shutdown, TimeProvider clock) =>
        shutdown is { IsExpected: true } ? new ShutdownTimer(shutdown, deadline => LeaveAt(deadline, clock)) : null;

    private ITimer? LeaveAt(long deadline, TimeProvider clock)
    {
        var left = Left(deadline, clock);
        if (left == TimeSpan.Zero)
        {
            Leave(WaitResult.DeadlinePassed); // No timer, so no wait for a clock that a test holds still.
        }

        return left <= TimeSpan.Zero
            ? null
            : clock.CreateTimer(
                static state => ((LimitWaiter)state!).Leave(WaitResult.DeadlinePassed), this, left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>In whole milliseconds, rounded up: a timer drops what is less.</summary>
    private static TimeSpan Left(long deadline, TimeProvider clock) => clock.Until(clock.GetTimestamp(), deadline) is { } left
        ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds))
        : Timeout.InfiniteTimeSpan;

    private void Leave(WaitResult reason) => limiter.TryLeave(this, reason);

    private void Signal()
    {
        _ended?.SetResult();
        _over?.Set();
    }
}
