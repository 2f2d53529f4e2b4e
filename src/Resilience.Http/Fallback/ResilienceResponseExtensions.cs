using Resilience.Http.Fallback;

namespace System.Net.Http;

/// <summary>What a response says about how a resilient client came by it.</summary>
public static class ResilienceResponseExtensions
{
    /// <summary>
    /// Whether a fallback made this response in the service's place: a delegate, a stale answer or a fixed one. A cache above the client
    /// should not store it as if it were fresh.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <returns>
    /// <see langword="true"/> if the response has the header <c>Resilience-Fallback</c>. A service that itself answered with a fallback,
    /// such as a gateway, passes the header on.
    /// </returns>
    public static bool IsFallback(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Headers.NonValidated.Contains(FallbackKind.Header);
    }
}
