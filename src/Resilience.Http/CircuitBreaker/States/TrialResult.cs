namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What came of a trial of a shared break.</summary>
/// <param name="Token">The token of its pass.</param>
/// <param name="Succeeded"><see langword="null"/> if it had no verdict, for example because its caller canceled it.</param>
/// <param name="Failure">The failure, if it failed.</param>
internal sealed record TrialResult(long Token, bool? Succeeded, CircuitFailure? Failure = null);
