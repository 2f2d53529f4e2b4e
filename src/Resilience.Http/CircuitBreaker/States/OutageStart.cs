namespace Resilience.Http.CircuitBreaker.States;

/// <summary>When an outage began.</summary>
/// <param name="BeganAt">Timestamp of its beginning, which no change of the wall clock touches.</param>
/// <param name="Since">Its beginning as the wall clock showed it.</param>
internal readonly record struct OutageStart(long BeganAt, DateTimeOffset Since);
