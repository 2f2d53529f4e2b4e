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
    /// <param name="judgement">What the attempt came to.</param>
    /// <param name="status">The status of its answer; <see langword="null"/> if none came.</param>
    /// <param name="exception">The exception it ended with; <see langword="null"/> if it ended with a response.</param>
    public void Add(Judgement judgement, HttpStatusCode? status, Exception? exception)
    {
        if (status is { } answered ? !IsOfGateway(answered) : judgement.Is(JudgementTraits.NothingSent))
        {
            return;
        }

        MayHaveBeenDone = true;
        Exception = status is null ? exception : Exception;
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

    /// <summary>
    /// A gateway whose own attempt was cut or timed out: the service behind it may have done the work. Cloudflare answers 520 if the answer
    /// was cut or empty, and 524 if it did not come in time; 598 is a proxy's timeout while reading.
    /// </summary>
    private static bool IsOfGateway(HttpStatusCode status) => (int)status is 502 or 504 or 520 or 524 or 598;
}
