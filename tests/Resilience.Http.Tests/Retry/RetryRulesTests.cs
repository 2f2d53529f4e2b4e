using Resilience.Http.Outcomes;
using Resilience.Http.Retry;
using static Resilience.Http.Tests.Retry.RetryRulesFixture;

namespace Resilience.Http.Tests.Retry;

/// <summary>Whether an attempt is followed by another one, and why not.</summary>
public sealed class RetryRulesTests
{
    private readonly RetryRulesFixture _fixture = new();

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
    public void A_transient_failure_alone_does_not_stop_the_retries(AttemptVerdict verdict) =>
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
    public void A_caller_who_has_cancelled_gets_no_retry() =>
        Assert.Equal(
            RetryStopReason.CallerCanceled,
            RetryRules.GetStopReason(new(AttemptVerdict.Transient), refused: null, callerCanceled: true, RetryStopReason.DeadlineTooNear));

    [Fact]
    public void A_success_stays_a_success_even_if_the_caller_has_cancelled() =>
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
    public void A_transient_failure_is_retried_after_the_backoff()
    {
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(200)), _fixture.Decide(First, chance: 1));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(800)), _fixture.Decide(First with { Attempts = 3 }, chance: 1));
    }

    [Fact]
    public void Retries_can_be_switched_off_for_the_client_or_for_the_request()
    {
        Assert.Equal(RetryDecision.Stop(RetryStopReason.Disabled), _fixture.Decide(First with { RetryForbidden = true }));

        _fixture.Options.Enabled = false;
        Assert.Equal(RetryDecision.Stop(RetryStopReason.Disabled), _fixture.Decide(First));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    public void MaxRetries_counts_retries_and_not_attempts(int maxRetries, int lastAttempt)
    {
        _fixture.Options.MaxRetries = maxRetries;

        Assert.Equal(RetryDecision.Stop(RetryStopReason.MaxRetriesReached), _fixture.Decide(First with { Attempts = lastAttempt }));
        if (maxRetries > 0)
        {
            Assert.Null(_fixture.Decide(First with { Attempts = lastAttempt - 1 }).StopReason);
        }
    }

    [Fact]
    public void A_circuit_that_opened_on_this_attempt_ends_the_call() =>
        Assert.Equal(RetryDecision.Stop(RetryStopReason.CircuitOpen), _fixture.Decide(First with { CircuitOpened = true }));

    [Fact]
    public void An_unsafe_request_is_not_repeated_unless_nothing_of_it_was_sent()
    {
        var charge = First with { RequestIsRepeatable = false };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.UnsafeMethod), _fixture.Decide(charge));
        Assert.Null(_fixture.Decide(charge with { NothingSent = true }).StopReason);
    }

    [Fact]
    public void A_body_that_is_not_replayable_is_not_repeated_even_if_nothing_was_sent() => Assert.Equal(
        RetryDecision.Stop(RetryStopReason.BodyNotReplayable),
        _fixture.Decide(First with { BodyIsReplayable = false, NothingSent = true }));

    [Fact]
    public void A_wait_that_would_reach_the_deadline_is_not_started()
    {
        var tight = First with { Remaining = TimeSpan.FromMilliseconds(200) };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.DeadlineTooNear), _fixture.Decide(tight, chance: 1));
        Assert.Null(_fixture.Decide(tight, chance: 0.99).StopReason);
    }

    [Fact]
    public void A_deadline_that_is_reached_leaves_no_room_even_without_a_wait()
    {
        _fixture.Options.BaseDelay = TimeSpan.Zero;

        Assert.Equal(RetryDecision.Stop(RetryStopReason.DeadlineTooNear), _fixture.Decide(First with { Remaining = TimeSpan.Zero }));
    }

    [Theory]
    [InlineData(3, RetryStopReason.DeadlineTooNear)]
    [InlineData(4, RetryStopReason.MaxRetriesReached)]
    internal void A_last_attempt_cut_by_the_deadline_had_no_retry_left(int attempts, RetryStopReason reason) =>
        Assert.Equal(reason, RetryRules.AtDeadline(attempts, retryForbidden: false, _fixture.Options));

    [Fact]
    public void A_spent_budget_ends_the_call()
    {
        var budget = _fixture.Budget();
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(RetryRules.Decide(First, _fixture.Options, budget, static () => 0).StopReason);
        }

        Assert.Equal(RetryDecision.Stop(RetryStopReason.BudgetEmpty), RetryRules.Decide(First, _fixture.Options, budget, static () => 0));

        _fixture.Options.Budget.Enabled = false;
        Assert.Null(RetryRules.Decide(First, _fixture.Options, budget, static () => 0).StopReason);
    }

    [Fact]
    public void Whatever_else_stops_the_call_takes_nothing_from_the_budget()
    {
        var budget = _fixture.Budget();
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

        Assert.All(stopped, question => Assert.NotNull(RetryRules.Decide(question, _fixture.Options, budget, static () => 0).StopReason));
        Assert.Equal(10, budget.Available(_fixture.Options.Budget));
    }
}
