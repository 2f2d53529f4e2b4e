using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>A call that has ended, as stale answers learn from it.</summary>
/// <param name="Call">What was noted at its start.</param>
/// <param name="Method">The method of the caller.</param>
/// <param name="Request">The request as the last attempt has left it.</param>
/// <param name="Response">The response; <see langword="null"/> if the call ended with an exception.</param>
/// <param name="Context">The call.</param>
internal readonly record struct EndedCall(
    StaleCall Call, HttpMethod Method, HttpRequestMessage Request, HttpResponseMessage? Response, CallContext Context)
{
    /// <summary>The request that the response answers, or the last one that was sent if there is no response.</summary>
    public SentRequest? Sent => Response is { } response ? Call.SentFor(response) : Call.Sent;
}
