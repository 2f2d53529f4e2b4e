using System.Globalization;
using System.Net;

namespace Resilience.Http.Fallback;

/// <summary>Which answers may be kept, and how old they may be when they stand in for a failed one.</summary>
internal static class StaleRules
{
    /// <summary>
    /// The age limit of an answer, or <see langword="null"/> where it must not be kept. The response's own <c>stale-if-error=n</c>
    /// (RFC 5861, 4: n seconds after it stopped being fresh) can only lower it.
    /// </summary>
    public static TimeSpan? Limit(HttpResponseMessage response, TimeSpan staleIfError)
    {
        if (!response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.PartialContent || ForbidsKeeping(response))
        {
            return null;
        }

        if (OwnLimit(response) is not { } own)
        {
            return staleIfError;
        }

        return own < staleIfError ? own : staleIfError;
    }

    private static bool ForbidsKeeping(HttpResponseMessage response) =>
        response.Headers.CacheControl is { NoStore: true } or { NoCache: true } or { Private: true } or { MustRevalidate: true }
        || response.Headers.NonValidated.Contains("Set-Cookie")
        || response.Headers.Vary.Contains("*");

    private static TimeSpan? OwnLimit(HttpResponseMessage response)
    {
        foreach (var extension in response.Headers.CacheControl?.Extensions ?? [])
        {
            if (extension.Name.Equals("stale-if-error", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(extension.Value?.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(seconds) + (response.Headers.CacheControl!.MaxAge ?? TimeSpan.Zero);
            }
        }

        return null;
    }
}
