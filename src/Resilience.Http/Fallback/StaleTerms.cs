using System.Net.Http.Headers;

namespace Resilience.Http.Fallback;

/// <summary>What the server says about the use of an answer that may be kept.</summary>
/// <param name="Lifetime">How long it is fresh (RFC 9111, 4.2.1); zero if the server does not say.</param>
/// <param name="Limit">The highest age at which it may serve, by its own <c>stale-if-error</c>; <see langword="null"/> if it does not
/// say.</param>
internal readonly record struct StaleTerms(TimeSpan Lifetime, TimeSpan? Limit)
{
    public static StaleTerms From(HttpResponseMessage response, IReadOnlyList<CacheControlHeaderValue> directives, DateTimeOffset now)
    {
        var lifetime = CacheDirectives.Fewest(directives, static said => said.MaxAge) ?? UntilExpires(response, now);
        return new(lifetime, lifetime + CacheDirectives.StaleIfError(directives));
    }

    /// <summary>A date that cannot be read, such as <c>0</c>, has passed (RFC 9111, 5.3).</summary>
    private static TimeSpan UntilExpires(HttpResponseMessage response, DateTimeOffset now)
    {
        var fresh = response.Content.Headers.Expires - (response.Headers.Date ?? now);
        return fresh > TimeSpan.Zero ? fresh.Value : TimeSpan.Zero;
    }
}
