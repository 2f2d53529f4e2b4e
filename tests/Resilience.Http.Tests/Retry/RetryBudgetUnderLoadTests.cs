using static Resilience.Http.Tests.Retry.RetryBudgetFixture;

namespace Resilience.Http.Tests.Retry;

/// <summary>While the service rejects calls because of load, savings stay and income shrinks.</summary>
public sealed class RetryBudgetUnderLoadTests
{
    private readonly RetryBudgetFixture _fixture = new();

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void More_than_one_503_in_ten_results_is_a_sign_of_load(int unavailable, bool expected)
    {
        var budget = _fixture.Budget();

        Repeat(unavailable, budget.Shed);

        Assert.Equal(expected, budget.IsShedding);
    }

    [Fact]
    public void One_503_in_twenty_results_is_not_a_sign_of_load()
    {
        var budget = _fixture.Budget();
        Repeat(1_000, () =>
        {
            budget.Shed();
            Repeat(19, () => budget.Succeeded(_fixture.Options));
        });
        Repeat(20, () => Assert.True(budget.TryTake(_fixture.Options, underLoad: false)));

        Repeat(20, () => budget.RetrySucceeded(_fixture.Options, underLoad: budget.IsShedding));

        Assert.Equal(100, budget.Available(_fixture.Options), 6);
    }

    [Fact]
    public void Under_load_savings_are_not_spent()
    {
        var budget = _fixture.Saved();

        Assert.Equal(4, _fixture.TakeAll(budget, underLoad: true));
        Assert.Equal(96, _fixture.TakeAll(budget));
    }

    [Fact]
    public void Under_load_a_success_earns_four_fifths()
    {
        var budget = _fixture.Saved();
        _fixture.TakeAll(budget, underLoad: true);

        Repeat(20, () => budget.Succeeded(_fixture.Options));

        Assert.Equal(3, _fixture.TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void Under_load_one_retry_a_second_is_the_minimum()
    {
        var budget = _fixture.Saved();
        _fixture.TakeAll(budget, underLoad: true);

        _fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _fixture.TakeAll(budget, underLoad: true));

        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, _fixture.TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void Under_load_the_minimum_rate_is_not_added_to_what_successes_earn()
    {
        var budget = _fixture.Saved();
        _fixture.TakeAll(budget, underLoad: true);
        var taken = 0;

        for (var second = 0; second < 100; second++)
        {
            Repeat(10, () => budget.Succeeded(_fixture.Options));
            _fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            taken += _fixture.TakeAll(budget, underLoad: true);
        }

        Assert.Equal(160, taken);
    }

    [Fact]
    public void Under_load_an_empty_budget_pays_for_nothing_and_keeps_its_income()
    {
        _fixture.Options.MinRetriesPerSecond = 0;
        var budget = _fixture.Spent();

        Assert.False(budget.TryTake(_fixture.Options, underLoad: true));

        Repeat(100, () => budget.Deposit(_fixture.Options));
        Assert.Equal(4, _fixture.TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void A_retry_under_load_that_was_not_sent_is_returned_to_the_budget()
    {
        var budget = _fixture.Budget();
        _fixture.TakeAll(budget, underLoad: true);

        budget.GiveBack(_fixture.Options, underLoad: true);

        Assert.Equal(7, budget.Available(_fixture.Options));
        Assert.Equal(1, _fixture.TakeAll(budget, underLoad: true));
    }
}
