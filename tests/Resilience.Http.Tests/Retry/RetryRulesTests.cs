using Resilience.Http.Outcomes;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryRulesTests
{
    private static readonly RetryInput First = new()
    {
        Attempts = 1,
        Remaining = TimeSpan.FromSeconds(30),
        RequestIsRepeatable = true,
        BodyIsReplayable = true,
    };

    private readonly VirtualTimeProvider _clock = new();
    private readonly HttpRetryOptions _options = new();

    [Theory]
    [InlineData(AttemptVerdict.Success, RetryStopReason.Success)]
    [InlineData(AttemptVerdict.Failure, RetryStopReason.NotTransient)]
    [InlineData(AttemptVerdict.Ignored, RetryStopReason.NotTransient)]
    internal void Only_a_passing_failure_is_repeated(AttemptVerdict verdict, RetryStopReason reason) =>
        Assert.Equal(
            reason, RetryRules.GetStopReason(new(verdict), refused: null, callerCanceled: false, RetryStopReason.DeadlineTooNear));

    [Theory]
    [InlineData(AttemptVerdict.Transient)]
    [InlineData(AttemptVerdict.Retryable)]
    public void A_passing_failure_settles_nothing(AttemptVerdict verdict) =>
        Assert.Null(RetryRules.GetStopReason(new(verdict), refused: null, callerCanceled: false, RetryStopReason.DeadlineTooNear));

    [Theory]
    [InlineData(AttemptVerdict.Success)]
    [InlineData(AttemptVerdict.Transient)]
    [InlineData(AttemptVerdict.Failure)]
    [InlineData(AttemptVerdict.Ignored)]
    public void A_refusal_ends_the_call_whatever_its_status(AttemptVerdict verdict) =>
        Assert.Equal(
            RetryStopReason.CircuitOpen,
            RetryRules.GetStopReason(new(verdict), RetryStopReason.CircuitOpen, callerCanceled: true, RetryStopReason.DeadlineTooNear));

    [Fact]
    public void A_caller_who_has_gone_gets_no_retry() =>
        Assert.Equal(
            RetryStopReason.CallerCanceled,
            RetryRules.GetStopReason(new(AttemptVerdict.Transient), refused: null, callerCanceled: true, RetryStopReason.DeadlineTooNear));

    [Fact]
    public void A_success_is_one_even_if_the_caller_has_gone() =>
        Assert.Equal(
            RetryStopReason.Success,
            RetryRules.GetStopReason(new(AttemptVerdict.Success), refused: null, callerCanceled: true, RetryStopReason.DeadlineTooNear));

    [Theory]
    [InlineData(AttemptVerdict.Transient)]
    [InlineData(AttemptVerdict.Ignored)]
    public void A_deadline_that_has_passed_is_never_repeated(AttemptVerdict verdict) => Assert.Equal(
        RetryStopReason.DeadlineTooNear,
        RetryRules.GetStopReason(
            new(verdict, JudgementTraits.TimedOut | JudgementTraits.DeadlinePassed),
            refused: null,
            callerCanceled: false,
            RetryStopReason.DeadlineTooNear));

    [Fact]
    public void It_goes_on_after_the_backoff()
    {
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(200)), Decide(First, chance: 1));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(800)), Decide(First with { Attempts = 3 }, chance: 1));
    }

    [Fact]
    public void Switched_off_for_the_client_or_for_the_request()
    {
        Assert.Equal(RetryDecision.Stop(RetryStopReason.Disabled), Decide(First with { RetryForbidden = true }));

        _options.Enabled = false;
        Assert.Equal(RetryDecision.Stop(RetryStopReason.Disabled), Decide(First));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    public void MaxRetries_counts_retries_and_not_attempts(int maxRetries, int lastAttempt)
    {
        _options.MaxRetries = maxRetries;

        Assert.Equal(RetryDecision.Stop(RetryStopReason.MaxRetriesReached), Decide(First with { Attempts = lastAttempt }));
        if (maxRetries > 0)
        {
            Assert.Null(Decide(First with { Attempts = lastAttempt - 1 }).StopReason);
        }
    }

    [Fact]
    public void A_circuit_that_opened_on_this_attempt_ends_the_call() =>
        Assert.Equal(RetryDecision.Stop(RetryStopReason.CircuitOpen), Decide(First with { CircuitOpened = true }));

    [Fact]
    public void An_unsafe_request_is_not_repeated_unless_nothing_of_it_was_sent()
    {
        var charge = First with { RequestIsRepeatable = false };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.UnsafeMethod), Decide(charge));
        Assert.Null(Decide(charge with { NothingSent = true }).StopReason);
    }

    [Fact]
    public void A_body_that_is_gone_cannot_be_repeated_even_if_nothing_was_sent() => Assert.Equal(
        RetryDecision.Stop(RetryStopReason.BodyNotReplayable), Decide(First with { BodyIsReplayable = false, NothingSent = true }));

    [Fact]
    public void A_wait_that_would_reach_the_deadline_is_not_begun()
    {
        var tight = First with { Remaining = TimeSpan.FromMilliseconds(200) };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.DeadlineTooNear), Decide(tight, chance: 1));
        Assert.Null(Decide(tight, chance: 0.99).StopReason);
    }

    [Fact]
    public void A_deadline_that_is_reached_leaves_no_room_even_without_a_wait()
    {
        _options.BaseDelay = TimeSpan.Zero;

        Assert.Equal(RetryDecision.Stop(RetryStopReason.DeadlineTooNear), Decide(First with { Remaining = TimeSpan.Zero }));
    }

    [Fact]
    public void Retry_after_is_kept_to_and_spread_by_up_to_the_base_delay()
    {
        var asked = First with { RetryAfter = new(TimeSpan.FromSeconds(7)) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7)), Decide(asked, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7.1)), Decide(asked, chance: 0.5));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7.2)), Decide(asked, chance: 1));
    }

    [Fact]
    public void Retry_after_is_rounded_up_to_what_a_timer_can_do() => Assert.Equal(
        RetryDecision.Retry(TimeSpan.FromMilliseconds(1501)),
        Decide(First with { RetryAfter = new(TimeSpan.FromTicks(15_000_001)) }, chance: 0));

    [Fact]
    public void Retry_after_is_not_cut_by_the_longest_backoff()
    {
        _options.MaxDelay = TimeSpan.FromSeconds(1);

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(20)), Decide(First with { RetryAfter = new(TimeSpan.FromSeconds(20)) }, chance: 0));
    }

    [Fact]
    public void Without_jitter_retry_after_is_kept_to_exactly()
    {
        _options.Jitter = HttpRetryJitter.None;

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(7)), Decide(First with { RetryAfter = new(TimeSpan.FromSeconds(7)) }, chance: 1));
    }

    [Fact]
    public void Retry_after_past_the_deadline_is_not_waited_for()
    {
        var asked = First with { RetryAfter = new(TimeSpan.FromSeconds(30)) };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline), Decide(asked, chance: 0));
        Assert.Null(Decide(asked with { Remaining = TimeSpan.FromSeconds(30.001) }, chance: 0).StopReason);
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            Decide(asked with { Remaining = TimeSpan.FromSeconds(30.001) }, chance: 1));
    }

    [Fact]
    public void Without_a_deadline_retry_after_is_waited_for_up_to_a_minute()
    {
        var asked = First with { Remaining = null, RetryAfter = new(TimeSpan.FromSeconds(60)) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(60.2)), Decide(asked, chance: 1));
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(61)) }, chance: 0));
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(int.MaxValue)) }, chance: 0));
    }

    [Fact]
    public void Retry_after_that_is_not_honoured_leaves_the_backoff()
    {
        _options.HonorRetryAfter = false;

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromMilliseconds(200)), Decide(First with { RetryAfter = new(TimeSpan.FromHours(1)) }, chance: 1));
    }

    [Fact]
    public void An_unreadable_retry_after_waits_for_at_least_the_whole_step()
    {
        var asked = First with { Attempts = 3, RetryAfter = new(null, IsUnreadable: true) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(800)), Decide(asked, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(900)), Decide(asked, chance: 0.5));
        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(3)),
            Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(3), IsUnreadable: true) }, chance: 0));
    }

    [Fact]
    public void Work_still_in_progress_is_asked_for_after_the_wait_it_names_or_a_whole_step()
    {
        var busy = First with { Attempts = 2, NeedsWholeStep = true };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(400)), Decide(busy, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.Zero), Decide(busy with { RetryAfter = new(TimeSpan.Zero) }, chance: 0));
        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(5)), Decide(busy with { RetryAfter = new(TimeSpan.FromSeconds(5)) }, chance: 0));
    }

    [Theory]
    [InlineData(3, RetryStopReason.DeadlineTooNear)]
    [InlineData(4, RetryStopReason.MaxRetriesReached)]
    internal void A_last_attempt_cut_by_the_deadline_had_no_retry_left(int attempts, RetryStopReason reason) =>
        Assert.Equal(reason, RetryRules.AtDeadline(attempts, retryForbidden: false, _options));

    [Fact]
    public void A_spent_budget_ends_the_call()
    {
        var budget = Budget();
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(RetryRules.Decide(First, _options, budget, static () => 0).StopReason);
        }

        Assert.Equal(RetryDecision.Stop(RetryStopReason.BudgetEmpty), RetryRules.Decide(First, _options, budget, static () => 0));

        _options.Budget.Enabled = false;
        Assert.Null(RetryRules.Decide(First, _options, budget, static () => 0).StopReason);
    }

    [Fact]
    public void Whatever_else_stops_the_call_takes_nothing_from_the_budget()
    {
        var budget = Budget();
        RetryInput[] stopped =
        [
            First with { Attempts = 4 },
            First with { CircuitOpened = true },
            First with { RequestIsRepeatable = false },
            First with { BodyIsReplayable = false },
            First with { RetryForbidden = true },
            First with { Remaining = TimeSpan.Zero },
            First with { RetryAfter = new(TimeSpan.FromHours(1)) },
        ];

        Assert.All(stopped, question => Assert.NotNull(RetryRules.Decide(question, _options, budget, static () => 0).StopReason));
        Assert.Equal(10, budget.Available(_options.Budget));
    }

    private RetryBudget Budget() => new(_clock, _options.Budget);

    private RetryDecision Decide(RetryInput question, double chance = 0.5) => RetryRules.Decide(question, _options, Budget(), () => chance);
}
