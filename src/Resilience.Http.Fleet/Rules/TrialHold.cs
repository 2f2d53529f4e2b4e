namespace Resilience.Http.Fleet.Rules;

/// <summary>The lease of one trial.</summary>
/// <param name="Replica">Who holds it.</param>
/// <param name="Token">Its fencing token.</param>
/// <param name="Until">The store's time at which it is lost.</param>
internal sealed record TrialHold(string Replica, long Token, long Until);
