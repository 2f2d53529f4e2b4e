using Resilience.Http.Outcomes;

namespace Resilience.Http.Retry;

/// <summary>The decision after an attempt: go on after a delay, or stop for a reason.</summary>
internal static class RetryRules
{
    /// <summary>The longest Retry-After that is waited for where the call has no deadline.</summary>
    private static readonly TimeSpan LongestAskedWait = TimeSpan.FromSeconds(60);

    /// <summary>The first half of the decision: why there is nothing to repeat, or <see langword="null"/> where a passing failure asks for more.</summary>
    public static RetryStopReason? Settle(Judgement judgement, bool refused, bool callerCanceled)
    {
        if (refused)
        {
            return RetryStopReason.CircuitOpen;
        }

        if (judgement.Verdict == AttemptVerdict.Success)
        {
            return RetryStopReason.Success;
        }

        if (callerCanceled)
        {
            return RetryStopReason.CallerCanceled;
        }

        if (judgement.Is(JudgementTraits.DeadlinePassed))
        {
            return RetryStopReason.DeadlineTooNear;
        }

        return judgement.Verdict == AttemptVerdict.Transient ? null : RetryStopReason.NotTransient;
    }

    /// <summary>The second half, for a passing failure. Where it says to go on, one retry has been taken from the budget.</summary>
    public static RetryDecision Decide(in RetryQuestion question, HttpRetryOptions options, RetryBudget budget, Func<double> chance)
    {
        if (Forbids(question, options) is { } reason)
        {
            return RetryDecision.Stop(reason);
        }

        var asked = options.HonorRetryAfter ? question.RetryAfter : null;
        if (asked > LongestAskedWait && question.Remaining is null)
        {
            return RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline);
        }

        var delay = Delay(question, options, asked, chance());
        if (delay >= question.Remaining)
        {
            return RetryDecision.Stop(asked is null ? RetryStopReason.DeadlineTooNear : RetryStopReason.RetryAfterPastDeadline);
        }

        // Last, because it takes.
        return options.Budget.Enabled && !budget.TryTake(options.Budget)
            ? RetryDecision.Stop(RetryStopReason.BudgetEmpty)
            : RetryDecision.GoOn(delay);
    }

    /// <summary>What forbids a retry whatever the wait and the budget.</summary>
    private static RetryStopReason? Forbids(in RetryQuestion question, HttpRetryOptions options)
    {
        if (!options.Enabled || question.RetryForbidden)
        {
            return RetryStopReason.SwitchedOff;
        }

        if (question.Attempts > options.MaxRetries)
        {
            return RetryStopReason.AttemptsUsedUp;
        }

        if (question.CircuitOpened)
        {
            return RetryStopReason.CircuitOpen;
        }

        if (!question.RequestIsRepeatable && !question.NothingSent)
        {
            return RetryStopReason.UnsafeMethod;
        }

        return question.BodyIsReplayable ? null : RetryStopReason.BodyNotReplayable;
    }

    private static TimeSpan Delay(in RetryQuestion question, HttpRetryOptions options, TimeSpan? asked, double chance)
    {
        if (asked is not { } wait)
        {
            return Backoff.Delay(options, question.Attempts - 1, question.PreviousDelay, chance);
        }

        // Never earlier than asked: timers drop what is less than a millisecond.
        var spread = options.Jitter == HttpRetryJitter.None ? TimeSpan.Zero : chance * options.BaseDelay;
        return TimeSpan.FromMilliseconds((long)Math.Ceiling((wait + spread).TotalMilliseconds));
    }
}
