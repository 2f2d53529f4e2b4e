using Resilience.Http.Fallback;

namespace System.Net.Http;

/// <summary>Extension methods that tell how a resilient client got a response.</summary>
public static class ResilienceResponseExtensions
{
    /// <summary>
    /// Whether a fallback made this response instead of the service: a delegate, a stale answer or a fixed one. A cache above the client
    /// should not store it as if it were fresh.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <returns>
    /// <see langword="true"/> if the response has the header <c>Resilience-Fallback</c>. A service that itself used a fallback, such as a
    /// gateway, can send this header too.
    /// </returns>
    public static bool IsFallback(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Headers.NonValidated.Contains(FallbackKind.Header);
    }
}
