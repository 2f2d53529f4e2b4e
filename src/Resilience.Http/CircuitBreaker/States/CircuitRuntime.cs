namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What all circuits of a container share.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Chance">A number from 0 (included) to 1 (excluded), another one each time.</param>
/// <param name="Listener">Gets each transition.</param>
internal sealed record CircuitRuntime(TimeProvider Clock, Func<double> Chance, TransitionHandler Listener);
