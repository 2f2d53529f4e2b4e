namespace Resilience.Http.Timeouts;

/// <summary>
/// Where a time limit that is due waits for its turn. .NET runs timers before everything else in the thread pool, so without it a limit
/// could fire although the answer lies in the queue.
/// </summary>
internal interface IWorkQueue
{
    void Post(IThreadPoolWorkItem item);
}
