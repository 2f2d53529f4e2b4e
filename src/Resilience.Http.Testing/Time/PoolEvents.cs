using System.Diagnostics.Tracing;

namespace Resilience.Http.Testing.Time;

/// <summary>
/// Hears of each work item that is queued to the thread pool and taken out again: the runtime raises both events on the thread that does
/// it, the first before the item can be taken out, the second before it runs, so that no item is ever unaccounted for. Switched on by the
/// first call that is driven, and on for good then: it costs about a microsecond per work item.
/// </summary>
/// <remarks>
/// Items are distinguished by their hash codes, which is all the runtime gives; two that are queued at a time share one in 67 million
/// cases.
/// </remarks>
internal sealed class PoolEvents : EventListener
{
    private const string Source = "System.Diagnostics.Eventing.FrameworkEventSource";
    private const EventKeywords ThreadPoolWork = (EventKeywords)0x12;
    private const int EnqueueWork = 30;
    private const int DequeueWork = 31;

    /// <summary>
    /// How often the pool is tried before we say that it raises no events; it raises them from its next dispatch on, which is the first or
    /// second try.
    /// </summary>
    private const int Tries = 100;

    private static readonly Lazy<PoolEvents> Instance = new(Start);
    private static readonly Dictionary<long, List<CallScope>> Queued = [];

    private PoolEvents()
    {
    }

    /// <summary>Starts to listen unless that is done already, and makes sure that the runtime raises the events.</summary>
    /// <exception cref="NotSupportedException">It does not.</exception>
    public static void Listen() => _ = Instance.Value;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Source)
        {
            EnableEvents(eventSource, EventLevel.Verbose, ThreadPoolWork);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (EnqueueWork or DequeueWork) || eventData.Payload is not [long id])
        {
            return;
        }

        if (eventData.EventId == EnqueueWork)
        {
            OnEnqueue(id);
        }
        else
        {
            OnDequeue(id);
        }
    }

    private static void OnEnqueue(long id)
    {
        if (ScopeFlow.Current is not { } scope)
        {
            return;
        }

        lock (Queued)
        {
            scope.Queued();
            if (!Queued.TryGetValue(id, out var scopes))
            {
                Queued.Add(id, scopes = []);
            }

            scopes.Add(scope);
        }
    }

    private static void OnDequeue(long id)
    {
        CallScope? scope = null;
        lock (Queued)
        {
            if (Queued.TryGetValue(id, out var scopes))
            {
                scope = scopes[0];
                scopes.RemoveAt(0);
                if (scopes.Count == 0)
                {
                    Queued.Remove(id);
                }
            }
        }

        if (scope is null)
        {
            Probe.Seen(id);
        }
        else
        {
            scope.Dequeued();
        }

        ScopeFlow.BeginWorkItem(scope);
    }

    private static PoolEvents Start()
    {
        var listener = new PoolEvents();
        for (var i = 0; i < Tries; i++)
        {
            if (Probe.Run())
            {
                return listener;
            }
        }

        listener.Dispose();
        throw new NotSupportedException(
            "The virtual clock cannot see the thread pool's work: the runtime raises no events about it. Is event source support " +
            "switched off (EventSourceSupport in the project file)?");
    }

    /// <summary>A work item that is queued only to see whether its event comes.</summary>
    private sealed class Probe : IThreadPoolWorkItem
    {
        [ThreadStatic]
        private static long _lastDequeued;

        private readonly TaskCompletionSource<bool> _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static void Seen(long id) => _lastDequeued = id;

        public static bool Run()
        {
            var probe = new Probe();
            ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
            return probe._ran.Task.GetAwaiter().GetResult();
        }

        public void Execute() => _ran.SetResult(_lastDequeued == GetHashCode());
    }
}
