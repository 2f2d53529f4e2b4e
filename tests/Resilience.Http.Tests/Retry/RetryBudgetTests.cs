using static Resilience.Http.Tests.Retry.RetryBudgetFixture;

namespace Resilience.Http.Tests.Retry;

/// <summary>What a budget holds, earns and spends.</summary>
public sealed class RetryBudgetTests
{
    private readonly RetryBudgetFixture _fixture = new();

    [Fact]
    public void The_budget_starts_with_ten_tokens_or_with_its_capacity_if_that_is_smaller()
    {
        Assert.Equal(10, _fixture.Budget().Available(_fixture.Options));

        _fixture.Options.Capacity = 3;
        Assert.Equal(3, _fixture.Budget().Available(_fixture.Options));
    }

    [Fact]
    public void Five_calls_that_succeed_pay_for_one_retry()
    {
        var budget = _fixture.Spent();

        Repeat(4, () => budget.Deposit(_fixture.Options));
        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));

        budget.Deposit(_fixture.Options);
        Assert.True(budget.TryTake(_fixture.Options, underLoad: false));
        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));
    }

    [Fact]
    public void The_budget_gains_one_retry_a_second()
    {
        var budget = _fixture.Spent();

        _fixture.Clock.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));

        _fixture.Clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.True(budget.TryTake(_fixture.Options, underLoad: false));
        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));
    }

    [Fact]
    public void Accrued_retries_are_not_lost_to_frequent_reads()
    {
        var budget = _fixture.Spent();
        var taken = 0;
        for (var i = 0; i < 100_000; i++)
        {
            _fixture.Clock.Advance(TimeSpan.FromTicks(1000));
            taken += budget.TryTake(_fixture.Options, underLoad: false) ? 1 : 0;
        }

        Assert.Equal(10, taken);
    }

    [Fact]
    public void The_budget_never_holds_more_than_its_capacity()
    {
        var budget = _fixture.Budget();

        Repeat(10_000, () => budget.Deposit(_fixture.Options));
        Assert.Equal(100, budget.Available(_fixture.Options));

        _fixture.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(100, budget.Available(_fixture.Options));
        Assert.Equal(100, _fixture.TakeAll(budget));
    }

    [Fact]
    public void A_retry_that_was_not_sent_is_returned_to_the_budget()
    {
        var budget = _fixture.Budget();

        Assert.True(budget.TryTake(_fixture.Options, underLoad: false));
        budget.GiveBack(_fixture.Options, underLoad: false);

        Assert.Equal(10, budget.Available(_fixture.Options));
    }

    [Fact]
    public void The_budget_gains_nothing_over_time_if_MinRetriesPerSecond_is_zero()
    {
        _fixture.Options.MinRetriesPerSecond = 0;
        var budget = _fixture.Spent();

        _fixture.Clock.Advance(TimeSpan.FromHours(1));

        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));
    }

    [Fact]
    public void Retries_that_did_not_accrue_before_a_reload_do_not_accrue_after_it()
    {
        _fixture.Options.MinRetriesPerSecond = 0;
        var budget = _fixture.Spent();
        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));

        var flowing = new HttpRetryBudgetOptions { MinRetriesPerSecond = 1 };

        Assert.False(budget.TryTake(flowing, underLoad: false));
        _fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TryTake(flowing, underLoad: false));
    }

    [Fact]
    public void Successes_earn_nothing_if_the_ratio_is_zero()
    {
        _fixture.Options.Ratio = 0;
        var budget = _fixture.Spent();

        Repeat(1000, () => budget.Deposit(_fixture.Options));

        Assert.False(budget.TryTake(_fixture.Options, underLoad: false));
    }

    [Fact]
    public void A_smaller_capacity_after_a_reload_takes_effect_at_once()
    {
        var budget = _fixture.Budget();
        Repeat(1000, () => budget.Deposit(_fixture.Options));

        var smaller = new HttpRetryBudgetOptions { Capacity = 5 };

        Assert.Equal(5, budget.Available(smaller));
        Assert.True(budget.TryTake(smaller, underLoad: false));
        Assert.Equal(4, budget.Available(smaller));
    }
}
