namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>What is left of one quota.</summary>
/// <param name="Policy">The name of its policy.</param>
/// <param name="Remaining">How much is left.</param>
/// <param name="Window">The seconds within which no more than that is to be used; 0 if that is not known.</param>
/// <param name="Partition">The partition of the server's capacity that it belongs to, if it is named.</param>
internal sealed record ServiceLimit(string Policy, long Remaining, long Window, string? Partition);
