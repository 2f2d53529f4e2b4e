namespace Resilience.Http.Requests;

/// <summary>Waits on a clock, with or without blocking the thread. If <c>async</c> is false, the returned task is completed.</summary>
internal static class ClockWait
{
    public static Task For(TimeSpan delay, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(delay, clock, cancellationToken);
        }

        Block(delay, clock, cancellationToken);
        return Task.CompletedTask;
    }

    public static void Block(TimeSpan delay, TimeProvider clock, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (delay == TimeSpan.Zero)
        {
            return; // as Task.Delay has it: no timer, so no wait for a clock that a test holds still
        }

        // Not disposed: a timer that fires at this very moment may still set it, and without a wait handle it holds nothing.
        var over = new ManualResetEventSlim();
        if (clock == TimeProvider.System)
        {
            // A timer's callback needs a thread of the pool, and all of them may be waiting right here.
            over.Wait(delay, cancellationToken);
            return;
        }

        using var timer = clock.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), over, delay, Timeout.InfiniteTimeSpan);
        over.Wait(cancellationToken);
    }
}
