namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What a circuit is in, and what happened in it since it was last asked.</summary>
/// <param name="State">Its state.</param>
/// <param name="Shared">The shared break that it takes part in.</param>
/// <param name="OpenUntil">Timestamp of the end of its break; <see langword="null"/> if it has none.</param>
/// <param name="Reason">Why it came into its state.</param>
/// <param name="HadTraffic">Whether attempts began or were refused.</param>
/// <param name="Results">What came of them while it was closed.</param>
internal sealed record CircuitActivity(
    CircuitState State, SharedBreak? Shared, long? OpenUntil, string? Reason, bool HadTraffic, CircuitResults Results);
