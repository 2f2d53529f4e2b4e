using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Retry;

/// <summary>
/// A conditional write (If-Match, for example) whose first attempt timed out and whose retry was answered 412. If the first attempt did the
/// write, it ended the condition itself: "somebody else changed it" would be wrong, so the caller gets the exception of that attempt.
/// </summary>
internal static class ConditionalWrite
{
    /// <summary>The exception for the caller in place of the last outcome; <see langword="null"/> if that is an answer.</summary>
    public static Exception? Explain(HttpRequestMessage request, CallContext context)
    {
        if (context.Attempt.Status != HttpStatusCode.PreconditionFailed
            || context.Earlier.Exception is not { } earlier
            || !context.Sent.IsConditionalWrite)
        {
            return null;
        }

        var text = $"{ServiceText.Format(context.Service.Name)} ({Authority.Find(request.RequestUri)}): the {context.Sent.Method} may " +
            "have been done. " +
            "An earlier attempt failed without an answer (see the inner exception), " +
            $"and attempt {context.Attempts} was answered {OutcomeText.Format(HttpStatusCode.PreconditionFailed)}, which the earlier " +
            "attempt itself may have caused. " +
            "Read the current state before you write again.";
        return earlier switch
        {
            IRephrasable rephrasable => rephrasable.Rephrase(text),
            HttpRequestException failed => new HttpRequestException(failed.HttpRequestError, text, failed, failed.StatusCode),
            _ => new HttpRequestException(text, earlier),
        };
    }
}
