using System.Collections.Concurrent;
using Resilience.Http;

namespace OutageDemo.Demo;

/// <summary>Records the transitions of the circuit of payments.</summary>
internal sealed class CircuitDiary : IDisposable
{
    private readonly ConcurrentQueue<CircuitTransition> _transitions = new();
    private readonly ICircuitRegistry _registry;
    private readonly Action<CircuitTransition> _show;

    public CircuitDiary(ICircuitRegistry registry, Action<CircuitTransition> show)
    {
        _registry = registry;
        _show = show;
        _registry.Transitioned += Write;
    }

    /// <summary>The state now; <see langword="null"/> if the circuit breaker is disabled.</summary>
    public CircuitState? State => _registry.Find(DemoPlan.Service)?.State;

    public bool Opened => Any(CircuitState.Closed, CircuitState.Open);

    /// <summary>Half-open ends only with the result of a trial.</summary>
    public bool Tried => _transitions.Any(transition => transition.From == CircuitState.HalfOpen);

    public bool Closed => Any(CircuitState.HalfOpen, CircuitState.Closed);

    public void Dispose() => _registry.Transitioned -= Write;

    private bool Any(CircuitState from, CircuitState to) => _transitions.Any(transition => transition.From == from && transition.To == to);

    private void Write(CircuitTransition transition)
    {
        if (transition.ServiceName == DemoPlan.Service)
        {
            _transitions.Enqueue(transition);
            _show(transition);
        }
    }
}
