using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// Leave to send one attempt, given back exactly once with what came of it. It carries the period it was taken in: a result that comes
/// after that period's end changes nothing.
/// </summary>
/// <param name="Circuit">Where it was taken and is given back.</param>
/// <param name="Period">The period it was taken in.</param>
/// <param name="StartedAt">Timestamp of the attempt's start.</param>
/// <param name="Order">Its place in the order in which the circuit's attempts began, see <see cref="InFlightCounter.Enter"/>.</param>
/// <param name="KnownFailures">How many failures in a row had been counted at the start.</param>
/// <param name="Trial">The place it holds in a half-open circuit.</param>
internal readonly record struct CircuitPermit(
    Circuit Circuit, CircuitStateBase Period, long StartedAt, long Order = 0, int KnownFailures = 0, TrialLease? Trial = null);
