using Resilience.Http.Outcomes;

namespace Resilience.Http.Retry;

/// <summary>The decision after an attempt: go on after a delay, or stop for a reason.</summary>
internal static class RetryRules
{
    /// <summary>The longest Retry-After that is waited for if the call has no deadline.</summary>
    private static readonly TimeSpan LongestAskedWait = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The first half of the decision: why there is nothing to repeat, or <see langword="null"/> after a temporary failure.
    /// </summary>
    public static RetryStopReason? GetStopReason(
        Judgement judgement, RetryStopReason? refused, bool callerCanceled, RetryStopReason atDeadline)
    {
        if (refused is not null)
        {
            return refused;
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
            return atDeadline;
        }

        return judgement.Verdict is AttemptVerdict.Transient or AttemptVerdict.Retryable ? null : RetryStopReason.NotTransient;
    }

    /// <summary>Why the call ends with an attempt that its deadline cut: there may have been no retry left in any case.</summary>
    public static RetryStopReason AtDeadline(int attempts, bool retryForbidden, HttpRetryOptions options) =>
        WhyNoneIsLeft(attempts, retryForbidden, options) ?? RetryStopReason.DeadlineTooNear;

    /// <summary>The second half, for a temporary failure. If it says to go on, one retry has been taken from the budget.</summary>
    public static RetryDecision Decide(in RetryInput question, HttpRetryOptions options, RetryBudget budget, Func<double> chance)
    {
        if (Forbids(question, options) is { } reason)
        {
            return RetryDecision.Stop(reason);
        }

        var asked = options.HonorRetryAfter && !question.NeedsNoWait ? question.RetryAfter : default;
        if (asked.Wait > LongestAskedWait && question.Remaining is null)
        {
            return RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline);
        }

        var delay = question.NeedsNoWait ? TimeSpan.Zero : Delay(question, options, asked, chance());
        if (delay >= question.Remaining)
        {
            return RetryDecision.Stop(asked.Wait is null ? RetryStopReason.DeadlineTooNear : RetryStopReason.RetryAfterPastDeadline);
        }

        // Last, because it takes.
        return options.Budget.Enabled && !budget.TryTake(options.Budget, question.UnderLoad)
            ? RetryDecision.Stop(RetryStopReason.BudgetEmpty)
            : RetryDecision.Retry(delay);
    }

    /// <summary>What forbids a retry whatever the wait and the budget.</summary>
    private static RetryStopReason? Forbids(in RetryInput question, HttpRetryOptions options)
    {
        if (WhyNoneIsLeft(question.Attempts, question.RetryForbidden, options) is { } reason)
        {
            return reason;
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

    private static RetryStopReason? WhyNoneIsLeft(int attempts, bool retryForbidden, HttpRetryOptions options)
    {
        if (!options.Enabled || retryForbidden)
        {
            return RetryStopReason.Disabled;
        }

        return attempts > options.MaxRetries ? RetryStopReason.MaxRetriesReached : null;
    }

    private static TimeSpan Delay(in RetryInput question, HttpRetryOptions options, RetryAfter asked, double chance)
    {
        var retry = question.Attempts - 1;
        var wholeStep = asked.IsUnreadable || (question.NeedsWholeStep && asked.Wait is null);
        if (!wholeStep && asked.Wait is null)
        {
            return Backoff.Delay(options, retry, question.PreviousDelay, chance);
        }

        var least = wholeStep ? Backoff.Delay(options, retry, question.PreviousDelay, chance: 1) : TimeSpan.Zero;
        if (asked.Wait > least)
        {
            least = asked.Wait.Value;
        }

        // Never earlier than asked: timers drop what is less than a millisecond.
        var spread = options.Jitter == HttpRetryJitter.None ? TimeSpan.Zero : chance * options.BaseDelay;
        return TimeSpan.FromMilliseconds((long)Math.Ceiling((least + spread).TotalMilliseconds));
    }
}
