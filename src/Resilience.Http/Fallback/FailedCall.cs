using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>A call that failed and for which an answer is sought.</summary>
internal readonly record struct FailedCall(
    HttpRequestMessage Request, CallContext Context, StaleKey? Asked, FallbackCause Cause, HttpResponseMessage? Response, Exception? Exception)
{
    public HttpFallbackOptions Options => Context.Options.Fallback;

    /// <summary>What happened, in few words.</summary>
    public string Failure => Exception is not null ? OutcomeText.Of(Exception) : OutcomeText.Of(Response!.StatusCode);

    /// <summary>Fixed and stale answers serve these only: a fixed 200 to a POST would claim that a charge succeeded.</summary>
    public bool IsRead => Request.Method == HttpMethod.Get || Request.Method == HttpMethod.Head;
}
