using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>The figures of a closed circuit.</summary>
/// <param name="Consecutive">Failures in a row.</param>
/// <param name="Window">The results of the sampling window.</param>
internal readonly record struct ClosedCounts(int Consecutive, WindowTotals Window);
