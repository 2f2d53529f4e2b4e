namespace Resilience.Http.CircuitBreaker;

/// <summary>What a circuit remembers from one period to the next.</summary>
/// <param name="Breaks">How many breaks there were since it was last closed; each doubles the next.</param>
/// <param name="LastFailure">The last failure that counted.</param>
internal readonly record struct CircuitMemory(int Breaks, string? LastFailure);
