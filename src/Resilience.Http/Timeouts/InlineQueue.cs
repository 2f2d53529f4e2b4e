namespace Resilience.Http.Timeouts;

/// <summary>No queue: a limit that is due fires in its timer's callback. For timers that do not depend on the thread pool.</summary>
internal sealed class InlineQueue : IWorkQueue
{
    public static readonly InlineQueue Instance = new();

    private InlineQueue()
    {
    }

    public void Post(IThreadPoolWorkItem item) => item.Execute();
}
