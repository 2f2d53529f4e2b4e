using System.Net;
using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>What the end of a send says about the load of the service.</summary>
internal static class SendResults
{
    public static SendResult Classify(Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.Refused || attempt.IsAbandoned)
        {
            return SendResult.Ignored;
        }

        var response = ended.IsCompletedSuccessfully ? ended.Result : null;
        if (response is not null && !attempt.Call.IsGrpc)
        {
            return Classify(response.StatusCode);
        }

        var outcome = ended.Outcome(request);
        var judgement = attempt.Judge(request, outcome.Response, outcome.Exception);
        if (judgement.Is(JudgementTraits.TimedOut))
        {
            // One that was cut early, or while this process was behind, has not shown that the service is slow.
            return judgement.Verdict == AttemptVerdict.Transient && !judgement.Is(JudgementTraits.ProcessBehind)
                ? SendResult.Drop
                : SendResult.Ignored;
        }

        if (response is null)
        {
            return attempt.Status is { } status ? Classify(status) : SendResult.Ignored;
        }

        return judgement.Is(JudgementTraits.Throttled)
            ? SendResult.Ignored
            : attempt.Call.LastGrpcStatus == GrpcStatus.Unavailable ? SendResult.Drop : Classify(response.StatusCode);
    }

    private static SendResult Classify(HttpStatusCode status) => status switch
    {
        HttpStatusCode.ServiceUnavailable => SendResult.Drop,
        HttpStatusCode.TooManyRequests => SendResult.Ignored,
        _ => SendResult.Sample,
    };
}
