namespace Resilience.Http.Chaos.Injection;

/// <summary>Waits on the clock without a task, for synchronous calls.</summary>
internal static class ClockWait
{
    public static void Block(TimeSpan duration, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var over = new ManualResetEventSlim();
        using var timer = clock.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), over, duration, Timeout.InfiniteTimeSpan);
        try
        {
            over.Wait(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new TaskCanceledException(exception.Message, exception.InnerException, cancellationToken); // as HttpClient's own handlers do
        }
    }
}
