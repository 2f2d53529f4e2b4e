using System.Net;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What the earlier attempts of a call may have done: one that timed out, or whose connection was cut, may have done its work all the same.
/// Later answers, such as 409 and 412, may then be about the call's own work.
/// </summary>
internal sealed class EarlierAttempts
{
    /// <summary>Whether an earlier attempt may have done its work without an answer that says so.</summary>
    public bool MayHaveBeenDone { get; private set; }

    /// <summary>What the last such attempt ended with; <see langword="null"/> if all of them ended with a response.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>Whether an attempt of the call failed with signs of load.</summary>
    public bool MetLoad { get; set; }

    /// <summary>Notes an attempt that is about to be repeated.</summary>
    public void Add(Judgement judgement, HttpResponseMessage? response, Exception? exception)
    {
        if (response is null ? judgement.Is(JudgementTraits.NothingSent) : !IsOfGateway(response.StatusCode))
        {
            return;
        }

        MayHaveBeenDone = true;
        Exception = exception ?? Exception;
    }

    /// <summary>Forgets the call.</summary>
    public void Clear()
    {
        if (MayHaveBeenDone)
        {
            MayHaveBeenDone = false;
            Exception = null;
        }

        MetLoad = false;
    }

    /// <summary>A gateway whose own attempt was cut or timed out: the service behind it may have done the work.</summary>
    private static bool IsOfGateway(HttpStatusCode status) => status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
}
