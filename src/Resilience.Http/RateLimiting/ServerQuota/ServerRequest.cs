namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>What a response asked of all that share its quota.</summary>
/// <param name="Wait">How long it asked for.</param>
/// <param name="Source">By which means, for messages: <c>429 with Retry-After</c>.</param>
/// <param name="Partition">The partition key of its quota, if it named one.</param>
internal readonly record struct ServerRequest(TimeSpan Wait, string Source, string? Partition = null);
