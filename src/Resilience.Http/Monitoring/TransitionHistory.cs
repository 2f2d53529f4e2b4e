using Resilience.Http.Requests;

namespace Resilience.Http.Monitoring;

/// <summary>The last transitions of each service, and those that began an outage that goes on.</summary>
internal sealed class TransitionHistory(TimeProvider clock)
{
    public const int MostKept = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<Entry>> _byService = new(StringComparer.Ordinal);

    public void Add(CircuitTransition transition)
    {
        lock (_gate)
        {
            if (!_byService.TryGetValue(transition.ServiceName, out var kept))
            {
                _byService.Add(transition.ServiceName, kept = new());
            }

            kept.AddFirst(new Entry(transition, clock.GetUtcNow(), clock.GetTimestamp()));
            if (kept.Count > MostKept)
            {
                kept.Remove(OldestToDrop(kept));
            }
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<CircuitTransition> Of(string serviceName)
    {
        lock (_gate)
        {
            return _byService.TryGetValue(serviceName, out var kept) ? [.. kept.Select(AsSetNow)] : [];
        }
    }

    private CircuitTransition AsSetNow(Entry entry)
    {
        var change = clock.AsSetNow(entry.NotedAt, entry.Timestamp) - entry.NotedAt;
        return change == TimeSpan.Zero ? entry.Transition : entry.Transition with { At = entry.Transition.At + change };
    }

    /// <summary>Trials that fail for minutes must not push out why the outage began.</summary>
    private static LinkedListNode<Entry> OldestToDrop(LinkedList<Entry> kept)
    {
        for (var node = kept.Last; node is not null; node = node.Previous)
        {
            if (!BeganOutageThatGoesOn(node))
            {
                return node;
            }
        }

        return kept.Last!;
    }

    private static bool BeganOutageThatGoesOn(LinkedListNode<Entry> node)
    {
        if (node.Value.Transition.From != CircuitState.Closed)
        {
            return false;
        }

        for (var newer = node.Previous; newer is not null; newer = newer.Previous)
        {
            if (newer.Value.Transition.To == CircuitState.Closed && newer.Value.Transition.Authority == node.Value.Transition.Authority)
            {
                return false;
            }
        }

        return true;
    }

    private readonly record struct Entry(CircuitTransition Transition, DateTimeOffset NotedAt, long Timestamp);
}
