namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>The quota that a request uses up.</summary>
/// <param name="Uri">Where the request goes: its authority has the quota.</param>
/// <param name="Key">The key by which callers share it; <see langword="null"/> for the one that all share.</param>
internal readonly record struct RequestQuota(Uri Uri, string? Key);
