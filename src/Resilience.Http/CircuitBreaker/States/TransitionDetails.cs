namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What the log says of a transition besides the transition itself.</summary>
/// <param name="IsReopening">It opened again, before it ever closed: the outage goes on.</param>
/// <param name="Lasted">How long the state before lasted.</param>
/// <param name="RetryAfter">How long the new state refuses calls; <see langword="null"/> if that is not known, or if it does not.</param>
internal readonly record struct TransitionDetails(bool IsReopening, TimeSpan Lasted, TimeSpan? RetryAfter);
