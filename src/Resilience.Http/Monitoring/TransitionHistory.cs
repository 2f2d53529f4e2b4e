namespace Resilience.Http.Monitoring;

/// <summary>The last transitions of each service.</summary>
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
                kept.RemoveLast();
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
}
