using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A thread pool's queue that moves when the test says so.</summary>
internal sealed class HeldQueue : IWorkQueue
{
    private readonly Queue<IThreadPoolWorkItem> _items = [];

    /// <summary>Whether items wait for <see cref="Drain"/>; else they run at once.</summary>
    public bool IsStuck { get; set; }

    public void Post(IThreadPoolWorkItem item)
    {
        if (IsStuck)
        {
            _items.Enqueue(item);
        }
        else
        {
            item.Execute();
        }
    }

    public void Drain()
    {
        IsStuck = false;
        while (_items.TryDequeue(out var item))
        {
            item.Execute();
        }
    }
}
