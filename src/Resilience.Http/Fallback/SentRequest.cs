namespace Resilience.Http.Fallback;

/// <summary>A request as it went to the primary handler.</summary>
/// <param name="Key">Its method, URI and headers.</param>
/// <param name="Address">Its URI, as answers are removed by it.</param>
/// <param name="Hidden">What may have gone with it that cannot be seen, for messages; <see langword="null"/> if all of it is seen.</param>
internal sealed record SentRequest(StaleKey Key, string Address, string? Hidden);
