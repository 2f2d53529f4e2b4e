namespace Resilience.Http.Requests;

/// <summary>Whether sending a request a second time is known to do no harm.</summary>
internal static class ReplaySafety
{
    /// <param name="sent">What the caller sent: a redirect may have made a GET of a POST since.</param>
    /// <param name="settings">What the caller said of this one request.</param>
    /// <param name="unsafeMethodsToo">Whether the client declares every method to be safe.</param>
    public static bool Allows(RequestSnapshot sent, RequestSettings settings, bool unsafeMethodsToo) =>
        unsafeMethodsToo || settings.AllowRetry == true || IsIdempotent(sent.Method) || sent.HasIdempotencyKey;

    /// <summary>The idempotent methods of RFC 9110, 9.2.2. All others are taken for unsafe, those nobody has heard of included.</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get
        || method == HttpMethod.Put
        || method == HttpMethod.Delete
        || method == HttpMethod.Head
        || method == HttpMethod.Options
        || method == HttpMethod.Trace;
}
