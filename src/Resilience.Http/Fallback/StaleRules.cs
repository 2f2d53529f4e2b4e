using System.Net;
using System.Net.Http.Headers;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fallback;

/// <summary>What an answer means for the answers that are kept.</summary>
internal static class StaleRules
{
    private static readonly string[] Streams = ["text/event-stream", "multipart/x-mixed-replace"];

    /// <summary>
    /// Whether a change was made, so that what is kept of its address is out of date (RFC 9111, 4.4). Any method that is not known to be
    /// safe may change something. A redirect that was followed is an answer of the service, whatever its target came to. What an earlier
    /// attempt changed stays changed, whatever the last one came to.
    /// </summary>
    public static bool Changes(HttpMethod method, HttpStatusCode? status, Redirect? followed, EarlierAttempts earlier) =>
        !HttpMethods.IsSafe(method)
        && (followed is not null || (int?)status is >= 200 and < 400 || earlier.WasAnswered || earlier.Redirects.Count > 0);

    /// <summary>Whether the answer may be kept, by status and headers; who may see it is another question.</summary>
    public static bool MayKeep(HttpResponseMessage response, IReadOnlyList<CacheControlHeaderValue> directives) =>
        IsWhole(response, directives)
        && !Forbids(directives)
        && !response.Headers.NonValidated.Contains("Set-Cookie")
        && !response.Headers.NonValidated.Contains(FallbackKind.Header) // Another chain's stand-in, not the service's own answer.
        && !Streams.Contains(response.Content.Headers.ContentType?.MediaType, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether Cache-Control forbids to use the answer stale without asking the server (RFC 9111, 4.2.4). <c>s-maxage</c> is among them,
    /// since it implies <c>proxy-revalidate</c> (5.2.2.10).
    /// </summary>
    public static bool Forbids(IReadOnlyList<CacheControlHeaderValue> directives) =>
        directives.Any(static said =>
            said.NoStore || said.NoCache || said.Private || said.MustRevalidate || said.ProxyRevalidate || said.SharedMaxAge is not null);

    /// <summary>
    /// Which kept answers the status of a GET or HEAD removes. One that counts as a temporary failure removes nothing: it is what stale
    /// answers are kept for.
    /// </summary>
    public static StaleRemoval Removes(
        HttpStatusCode? status, AttemptVerdict verdict, IReadOnlyList<CacheControlHeaderValue>? directives) => (int?)status switch
        {
            _ when verdict is AttemptVerdict.Transient or AttemptVerdict.Retryable => StaleRemoval.None,
            304 => StaleRemoval.None,
            >= 200 and < 300 => directives is null || Forbids(directives) ? StaleRemoval.OfCaller : StaleRemoval.None,
            >= 300 and < 400 or 404 or 410 or 451 => StaleRemoval.OfAddress,
            407 or 408 or 421 or 425 or 429 => StaleRemoval.None, // About a proxy or this attempt, not about the answer.
            >= 400 and < 500 => StaleRemoval.OfCaller,
            _ => StaleRemoval.None,
        };

    /// <summary>
    /// 206 and 226 hold part of something. Of the other 2xx only these may be kept without a word of the server (RFC 9110, 15.1).
    /// </summary>
    private static bool IsWhole(HttpResponseMessage response, IReadOnlyList<CacheControlHeaderValue> directives) =>
        (int)response.StatusCode switch
        {
            200 or 203 or 204 => true,
            206 or 226 => false,
            >= 200 and < 300 =>
                response.Content.Headers.Expires is not null || directives.Any(static said => said.Public || said.MaxAge is not null),
            _ => false,
        };
}
