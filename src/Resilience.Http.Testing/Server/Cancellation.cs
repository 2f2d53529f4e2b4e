namespace Resilience.Http.Testing.Server;

/// <summary>Waits for a token, without or with blocking the thread.</summary>
internal static class Cancellation
{
    /// <summary>
    /// Ends only with an <see cref="OperationCanceledException"/>. If <paramref name="async"/> is false, the returned task is completed.
    /// </summary>
    public static Task WaitAsync(bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        cancellationToken.WaitHandle.WaitOne();
        return Task.FromCanceled(cancellationToken);
    }
}
