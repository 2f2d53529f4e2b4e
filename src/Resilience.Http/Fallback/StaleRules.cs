using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

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

    /// <summary>Whether the caller wants nothing stored of what it asks (RFC 9111, 5.2.1.5).</summary>
    public static bool ForbidsKeeping(HttpRequestMessage request) => CacheControlSays(request.Headers, static said => said.NoStore);

    private static bool ForbidsKeeping(HttpResponseMessage response) =>
        CacheControlSays(
            response.Headers,
            static said => said is { NoStore: true } or { NoCache: true } or { Private: true } or { MustRevalidate: true } or { ProxyRevalidate: true })
        || response.Headers.NonValidated.Contains("Set-Cookie")
        || response.Headers.Vary.Contains("*");

    /// <summary>
    /// Line by line: of a line with a directive that it cannot read, max-age=-1 say, .NET drops all others too, and no-store may be one of them.
    /// So a line that cannot be read forbids.
    /// </summary>
    private static bool CacheControlSays(HttpHeaders headers, Func<CacheControlHeaderValue, bool> forbids)
    {
        if (!headers.NonValidated.TryGetValues("Cache-Control", out var lines))
        {
            return false;
        }

        foreach (var line in lines)
        {
            if (!CacheControlHeaderValue.TryParse(line, out var said) || (said is not null && forbids(said)))
            {
                return true;
            }
        }

        return false;
    }

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
