namespace Resilience.Http.Pipeline;

/// <summary>Tasks that may be left behind, because what waits for them has a time limit.</summary>
internal static class ObservedTaskExtensions
{
    /// <summary>
    /// If the task fails after the last wait for it has ended, <see cref="TaskScheduler.UnobservedTaskException"/> does not report it.
    /// </summary>
    public static T Observed<T>(this T task) where T : Task
    {
        _ = task.ContinueWith(
            static failed => _ = failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }
}
