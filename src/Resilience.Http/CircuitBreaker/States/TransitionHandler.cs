namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Hears of each transition of a circuit, outside every lock and in order.</summary>
/// <param name="circuit">The circuit.</param>
/// <param name="transition">What happened.</param>
/// <param name="details">What the log says besides.</param>
internal delegate void TransitionHandler(CircuitKey circuit, CircuitTransition transition, TransitionDetails details);
