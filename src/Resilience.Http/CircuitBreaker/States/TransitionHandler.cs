namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Hears of each transition of a circuit, outside every lock and in order.</summary>
/// <param name="circuit">The circuit.</param>
/// <param name="transition">What happened.</param>
/// <param name="goesOn">It opened again, before it ever closed: the outage goes on.</param>
/// <param name="lasted">How long the state before lasted.</param>
internal delegate void TransitionHandler(CircuitKey circuit, CircuitTransition transition, bool goesOn, TimeSpan lasted);
