namespace Resilience.Http.Timeouts;

/// <summary>The ordinary queue of the thread pool, in which the completions of sockets wait too: first in, first out.</summary>
internal sealed class ThreadPoolQueue : IWorkQueue
{
    public static readonly ThreadPoolQueue Instance = new();

    private ThreadPoolQueue()
    {
    }

    public void Post(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
}
