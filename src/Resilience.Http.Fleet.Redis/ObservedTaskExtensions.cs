namespace Resilience.Http.Fleet.Redis;

/// <summary>Tasks that are left behind when a replica stops waiting for them.</summary>
internal static class ObservedTaskExtensions
{
    /// <summary>
    /// If the task fails after the last wait for it has ended, <see cref="TaskScheduler.UnobservedTaskException"/> does not report it.
    /// </summary>
    public static Task<T> Observed<T>(this Task<T> task)
    {
        _ = task.ContinueWith(
            static failed => _ = failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }
}
