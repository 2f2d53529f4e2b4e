namespace Resilience.Http.Monitoring;

/// <summary>The last transitions of each service, and those that began an outage that goes on.</summary>
internal sealed class TransitionHistory
{
    public const int MostKept = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<CircuitTransition>> _byService = new(StringComparer.Ordinal);

    public void Add(CircuitTransition transition)
    {
        lock (_gate)
        {
            if (!_byService.TryGetValue(transition.ServiceName, out var kept))
            {
                _byService.Add(transition.ServiceName, kept = new());
            }

            kept.AddFirst(transition);
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
            return _byService.TryGetValue(serviceName, out var kept) ? [.. kept] : [];
        }
    }

    /// <summary>Trials that fail for minutes must not push out why the outage began.</summary>
    private static LinkedListNode<CircuitTransition> OldestToDrop(LinkedList<CircuitTransition> kept)
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

    private static bool BeganOutageThatGoesOn(LinkedListNode<CircuitTransition> node)
    {
        if (node.Value.From != CircuitState.Closed)
        {
            return false;
        }

        for (var newer = node.Previous; newer is not null; newer = newer.Previous)
        {
            if (newer.Value.To == CircuitState.Closed && newer.Value.Authority == node.Value.Authority)
            {
                return false;
            }
        }

        return true;
    }
}
