namespace Resilience.Http.Testing.Server;

/// <summary>Waits, without or with blocking the thread: where <c>async</c> is false the returned task is completed.</summary>
internal static class ClockWait
{
    public static Task ForAsync(TimeSpan delay, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(delay, clock, cancellationToken);
        }

        using var due = new ManualResetEventSlim();
        using var timer = clock.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), due, delay, Timeout.InfiniteTimeSpan);
        due.Wait(cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>Ends only with an <see cref="OperationCanceledException"/>.</summary>
    public static Task ForCancellationAsync(bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        cancellationToken.WaitHandle.WaitOne();
        return Task.FromCanceled(cancellationToken);
    }
}
