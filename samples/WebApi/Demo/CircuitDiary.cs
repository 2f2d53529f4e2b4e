using System.Collections.Concurrent;
using Resilience.Http;

namespace WebApi.Demo;

/// <summary>Writes down, and tells, how the circuit of payments moved.</summary>
internal sealed class CircuitDiary : IDisposable
{
    private readonly ConcurrentQueue<CircuitTransition> _transitions = new();
    private readonly ICircuitRegistry _registry;
    private readonly Action<CircuitTransition> _tell;

    public CircuitDiary(ICircuitRegistry registry, Action<CircuitTransition> tell)
    {
        _registry = registry;
        _tell = tell;
        _registry.Transitioned += Write;
    }

    /// <summary>The state now; <see langword="null"/> where the circuit breaker is switched off.</summary>
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
            _tell(transition);
        }
    }
}
