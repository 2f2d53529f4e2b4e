using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>What the attempts of calls do to the budget of their service.</summary>
internal sealed partial class RetryBudget : IExtraSendBudget
{
    /// <summary>
    /// Notes how an attempt failed. A timeout before anything was sent is a backend that is gone, not one with too much to do.
    /// </summary>
    public void Note(Judgement judgement, HttpResponseMessage? response, CallContext context)
    {
        if (judgement.Verdict is not (AttemptVerdict.Transient or AttemptVerdict.Retryable))
        {
            return;
        }

        // The Retry-After of a 409 says when the call's own earlier attempt will be done, and nothing about load.
        var askedForLess = judgement.Is(JudgementTraits.Throttled)
            || (context.Attempt.Status != HttpStatusCode.Conflict && context.Attempt.ReadRetryAfter(response).IsAsked);
        var unavailable = context.Attempt.Status == HttpStatusCode.ServiceUnavailable;
        if (judgement.Is(JudgementTraits.TimedOut) && !judgement.Is(JudgementTraits.NothingSent))
        {
            TimedOut();
        }
        else if (askedForLess || unavailable)
        {
            Shed();
        }

        context.Earlier.MetLoad |= askedForLess || (unavailable && IsShedding) || IsTimingOut;
    }

    /// <summary>The call is over.</summary>
    public void Ends(RetryStopReason reason, CallContext context)
    {
        if (context.Options.Retry is not { Enabled: true, Budget: { Enabled: true } options })
        {
            return;
        }

        if (reason != RetryStopReason.Success)
        {
            if (context.Attempt.Refused && context.Attempts > 1)
            {
                GiveBack(options, context.Earlier.MetLoad); // The circuit opened during the wait, so the retry was not sent.
            }
        }
        else if (context.Attempts == 1)
        {
            Succeeded(options);
        }
        else
        {
            RetrySucceeded(options, context.Earlier.MetLoad);
        }
    }

    /// <summary>Takes a retry for a send that goes out beside another one.</summary>
    public bool TryTake(CallContext call) =>
        call.Options.Retry is not { Enabled: true, Budget: { Enabled: true } options } || TryTake(options, call.Earlier.MetLoad);

    /// <summary>Gives back what was taken for a retry that is not sent.</summary>
    public void GiveBack(CallContext context)
    {
        if (context.Options.Retry is { Enabled: true, Budget: { Enabled: true } options })
        {
            GiveBack(options, context.Earlier.MetLoad);
        }
    }
}
