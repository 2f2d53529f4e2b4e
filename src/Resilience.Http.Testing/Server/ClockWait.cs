namespace Resilience.Http.Testing.Server;

/// <summary>Waits on a clock, without or with blocking the thread.</summary>
internal static class ClockWait
{
    public static Task For(TimeSpan delay, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(delay, clock, cancellationToken);
        }

        using var due = new ManualResetEventSlim();
        using var timer = clock.CreateTimer(static s => ((ManualResetEventSlim)s!).Set(), due, delay, Timeout.InfiniteTimeSpan);
        due.Wait(cancellationToken);
        return Task.CompletedTask;
    }

    public static Task ForEver(bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        cancellationToken.WaitHandle.WaitOne();
        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }
}
