using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>What the attempts of calls do to the budget of their service.</summary>
internal sealed class RetryAccount(RetryBudget budget)
{
    public RetryBudget Budget { get; } = budget;

    /// <summary>
    /// Notes how an attempt failed. A timeout before anything was sent is a backend that is gone, not one with too much to do.
    /// </summary>
    public void Note(Judgement judgement, HttpResponseMessage? response, CallContext context)
    {
        if (judgement.Verdict != AttemptVerdict.Transient)
        {
            return;
        }

        var earlier = context.Earlier;
        if (judgement.Is(JudgementTraits.TimedOut) && !judgement.Is(JudgementTraits.NothingSent))
        {
            Budget.TimedOut();
        }
        else if (judgement.Is(JudgementTraits.Throttled) || context.Attempt.ReadRetryAfter(response).IsAsked)
        {
            earlier.AskedForLess = true;
            Budget.Shed();
        }
        else if (response?.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            earlier.WasUnavailable = true;
            Budget.Shed();
        }
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
                Budget.GiveBack(options); // The circuit opened during the wait, so the retry was not sent.
            }
        }
        else if (context.Attempts == 1)
        {
            Budget.Succeeded(options);
        }
        else
        {
            Budget.RetrySucceeded(options, context.Earlier.AskedForLess, context.Earlier.WasUnavailable);
        }
    }

    /// <summary>Gives back what was taken for a retry that is not sent.</summary>
    public void GiveBack(CallContext context)
    {
        if (context.Options.Retry.Budget is { Enabled: true } options)
        {
            Budget.GiveBack(options);
        }
    }
}
