using System.Net;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What the earlier attempts of a call may have done: one that timed out, or whose connection was cut, may have done its work all the same.
/// Later answers, such as 409 and 412, may then be about the call's own work.
/// </summary>
internal sealed class EarlierAttempts
{
    private List<Redirect>? _redirects;

    /// <summary>Whether an earlier attempt may have done its work without an answer that says so.</summary>
    public bool MayHaveBeenDone { get; private set; }

    /// <summary>What the last such attempt ended with; <see langword="null"/> if all of them ended with a response.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>
    /// Whether the service answered an earlier attempt with a success or a redirect, which a handler inside or ClassifyOutcome made a
    /// failure.
    /// </summary>
    public bool WasAnswered { get; private set; }

    /// <summary>The redirects that earlier attempts followed.</summary>
    public IReadOnlyList<Redirect> Redirects => _redirects ?? [];

    /// <summary>Whether an attempt of the call failed with signs of load.</summary>
    public bool MetLoad { get; set; }

    /// <summary>Notes an attempt that is about to be repeated.</summary>
    /// <param name="judgement">What the attempt came to.</param>
    /// <param name="status">The status of its answer; <see langword="null"/> if none came.</param>
    /// <param name="exception">The exception it ended with; <see langword="null"/> if it ended with a response.</param>
    /// <param name="redirect">The redirect that it followed; <see langword="null"/> if there was none.</param>
    public void Add(Judgement judgement, HttpStatusCode? status, Exception? exception, Redirect? redirect = null)
    {
        WasAnswered |= (int?)status is >= 200 and < 400;
        if (redirect is not null)
        {
            (_redirects ??= []).Add(redirect);
        }

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

        MetLoad = WasAnswered = false;
        _redirects?.Clear();
    }

    /// <summary>
    /// A gateway whose own attempt was cut or timed out: the service behind it may have done the work. Cloudflare answers 520 if the answer
    /// was cut or empty, and 524 if it did not come in time; 598 is a proxy's timeout while reading.
    /// </summary>
    private static bool IsOfGateway(HttpStatusCode status) => (int)status is 502 or 504 or 520 or 524 or 598;
}
