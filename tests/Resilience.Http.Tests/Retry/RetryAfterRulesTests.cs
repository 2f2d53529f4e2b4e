using Resilience.Http.Retry;
using static Resilience.Http.Tests.Retry.RetryRulesFixture;

namespace Resilience.Http.Tests.Retry;

/// <summary>How long the next attempt waits if the answer names a time, or asks for one that cannot be read.</summary>
public sealed class RetryAfterRulesTests
{
    private readonly RetryRulesFixture _fixture = new();

    [Fact]
    public void Retry_after_is_honored_and_spread_by_up_to_the_base_delay()
    {
        var asked = First with { RetryAfter = new(TimeSpan.FromSeconds(7)) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7)), _fixture.Decide(asked, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7.1)), _fixture.Decide(asked, chance: 0.5));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(7.2)), _fixture.Decide(asked, chance: 1));
    }

    [Fact]
    public void Retry_after_is_rounded_up_to_what_a_timer_can_do() => Assert.Equal(
        RetryDecision.Retry(TimeSpan.FromMilliseconds(1501)),
        _fixture.Decide(First with { RetryAfter = new(TimeSpan.FromTicks(15_000_001)) }, chance: 0));

    [Fact]
    public void Retry_after_is_not_cut_by_the_longest_backoff()
    {
        _fixture.Options.MaxDelay = TimeSpan.FromSeconds(1);

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(20)),
            _fixture.Decide(First with { RetryAfter = new(TimeSpan.FromSeconds(20)) }, chance: 0));
    }

    [Fact]
    public void Without_jitter_retry_after_is_honored_exactly()
    {
        _fixture.Options.Jitter = HttpRetryJitter.None;

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(7)),
            _fixture.Decide(First with { RetryAfter = new(TimeSpan.FromSeconds(7)) }, chance: 1));
    }

    [Fact]
    public void Retry_after_past_the_deadline_is_not_waited_for()
    {
        var asked = First with { RetryAfter = new(TimeSpan.FromSeconds(30)) };

        Assert.Equal(RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline), _fixture.Decide(asked, chance: 0));
        Assert.Null(_fixture.Decide(asked with { Remaining = TimeSpan.FromSeconds(30.001) }, chance: 0).StopReason);
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            _fixture.Decide(asked with { Remaining = TimeSpan.FromSeconds(30.001) }, chance: 1));
    }

    [Fact]
    public void Without_a_deadline_retry_after_is_waited_for_up_to_a_minute()
    {
        var asked = First with { Remaining = null, RetryAfter = new(TimeSpan.FromSeconds(60)) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromSeconds(60.2)), _fixture.Decide(asked, chance: 1));
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            _fixture.Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(61)) }, chance: 0));
        Assert.Equal(
            RetryDecision.Stop(RetryStopReason.RetryAfterPastDeadline),
            _fixture.Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(int.MaxValue)) }, chance: 0));
    }

    [Fact]
    public void Retry_after_that_is_not_honoured_leaves_the_backoff()
    {
        _fixture.Options.HonorRetryAfter = false;

        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromMilliseconds(200)),
            _fixture.Decide(First with { RetryAfter = new(TimeSpan.FromHours(1)) }, chance: 1));
    }

    [Fact]
    public void An_unreadable_retry_after_waits_for_at_least_the_whole_step()
    {
        var asked = First with { Attempts = 3, RetryAfter = new(null, IsUnreadable: true) };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(800)), _fixture.Decide(asked, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(900)), _fixture.Decide(asked, chance: 0.5));
        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(3)),
            _fixture.Decide(asked with { RetryAfter = new(TimeSpan.FromSeconds(3), IsUnreadable: true) }, chance: 0));
    }

    [Fact]
    public void Work_still_in_progress_is_asked_for_after_the_wait_it_names_or_a_whole_step()
    {
        var busy = First with { Attempts = 2, NeedsWholeStep = true };

        Assert.Equal(RetryDecision.Retry(TimeSpan.FromMilliseconds(400)), _fixture.Decide(busy, chance: 0));
        Assert.Equal(RetryDecision.Retry(TimeSpan.Zero), _fixture.Decide(busy with { RetryAfter = new(TimeSpan.Zero) }, chance: 0));
        Assert.Equal(
            RetryDecision.Retry(TimeSpan.FromSeconds(5)),
            _fixture.Decide(busy with { RetryAfter = new(TimeSpan.FromSeconds(5)) }, chance: 0));
    }
}
