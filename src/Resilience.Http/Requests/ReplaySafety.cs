using Resilience.Http.Telemetry;

namespace Resilience.Http.Requests;

/// <summary>Whether sending a request a second time is known to do no harm.</summary>
internal static class ReplaySafety
{
    /// <param name="sent">What the caller sent: a redirect may have changed a POST to a GET since then.</param>
    /// <param name="settings">The settings of this one request.</param>
    /// <param name="unsafeMethodsToo">Whether the client declares every method to be safe.</param>
    public static bool Allows(RequestSnapshot sent, RequestSettings settings, bool unsafeMethodsToo) =>
        unsafeMethodsToo
        || settings.AllowRetry == true
        || HttpMethods.IsIdempotent(sent.Method)
        || sent.HasIdempotencyKey
        || sent.OpensWebSocket;
}
