namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Results of a closed circuit.</summary>
/// <param name="Good">Successes that were not slow.</param>
/// <param name="Bad">Failures and slow results.</param>
internal readonly record struct CircuitResults(long Good, long Bad);
