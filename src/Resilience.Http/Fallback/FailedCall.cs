using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>A call that failed and for which an answer is sought.</summary>
/// <param name="Request">The request as the last attempt has left it.</param>
/// <param name="Asked">What the caller asked, as it was before the first attempt.</param>
/// <param name="Context">The call.</param>
/// <param name="Cause">Why an answer is sought.</param>
/// <param name="Response">The last response, if the call ended with one.</param>
/// <param name="Exception">What the call ended with otherwise.</param>
internal readonly record struct FailedCall(
    HttpRequestMessage Request,
    OriginalRequest Asked,
    CallContext Context,
    FallbackCause Cause,
    HttpResponseMessage? Response,
    Exception? Exception)
{
    public HttpFallbackOptions Options => Context.Options.Fallback;

    /// <summary>What happened, in few words.</summary>
    public string Failure => Exception is not null ? OutcomeText.Format(Exception) : OutcomeText.Format(Response!.StatusCode);

    /// <summary>Fixed and stale answers serve these only: a fixed 200 to a POST would claim that a charge succeeded.</summary>
    public bool IsRead => Asked.Method == HttpMethod.Get || Asked.Method == HttpMethod.Head;
}
