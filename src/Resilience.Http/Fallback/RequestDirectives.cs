namespace Resilience.Http.Fallback;

/// <summary>What the caller's own Cache-Control says about stored answers (RFC 9111, 5.2.1, and RFC 5861, 4).</summary>
/// <param name="NoStore">Nothing of the call may be stored, and nothing stored is wanted.</param>
/// <param name="NoCache">Nothing stored is wanted unless the server confirms it, which a failed call cannot do.</param>
/// <param name="MaxAge">The highest age that is wanted.</param>
/// <param name="MaxStale">How long after it stopped being fresh an answer is wanted.</param>
/// <param name="MinFresh">How long an answer must stay fresh.</param>
internal sealed record RequestDirectives(bool NoStore, bool NoCache, TimeSpan? MaxAge, TimeSpan? MaxStale, TimeSpan? MinFresh)
{
    private static readonly RequestDirectives None = new(false, false, null, null, null);

    public static RequestDirectives From(HttpRequestMessage request)
    {
        if (CacheDirectives.Read(request.Headers) is not { } lines)
        {
            return None with { NoStore = true };
        }

        if (lines.Count == 0)
        {
            // Pragma counts only without Cache-Control (RFC 9111, 5.4).
            return SaysNoCache(request) ? None with { NoCache = true } : None;
        }

        return new(
            lines.Any(static line => line.NoStore),
            lines.Any(static line => line.NoCache),
            CacheDirectives.Fewest(lines, static line => line.MaxAge),
            Shorter(CacheDirectives.Fewest(lines, static line => line.MaxStaleLimit), CacheDirectives.StaleIfError(lines)),
            lines.Max(static line => line.MinFresh));
    }

    /// <summary>Whether the caller takes a stored answer of this age that was fresh for so long.</summary>
    public bool Accept(TimeSpan age, TimeSpan lifetime) =>
        !NoStore && !NoCache
        && !(age > MaxAge)
        && !(age > lifetime + MaxStale)
        && !(age + MinFresh > lifetime);

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private static bool SaysNoCache(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("Pragma", out var lines)
            && lines.Any(static line => line.Contains("no-cache", StringComparison.OrdinalIgnoreCase));
}
