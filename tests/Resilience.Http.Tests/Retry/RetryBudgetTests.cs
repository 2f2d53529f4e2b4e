using System.Runtime.CompilerServices;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

public sealed class RetryBudgetTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly HttpRetryBudgetOptions _options = new();

    [Fact]
    public void It_holds_ten_at_start_or_its_capacity_if_that_is_smaller()
    {
        Assert.Equal(10, Budget().Available(_options));

        _options.Capacity = 3;
        Assert.Equal(3, Budget().Available(_options));
    }

    [Fact]
    public void Five_calls_that_succeed_pay_for_one_retry()
    {
        var budget = Spent();

        Repeat(4, () => budget.Deposit(_options));
        Assert.False(budget.TryTake(_options, underLoad: false));

        budget.Deposit(_options);
        Assert.True(budget.TryTake(_options, underLoad: false));
        Assert.False(budget.TryTake(_options, underLoad: false));
    }

    [Fact]
    public void One_retry_a_second_flows_in()
    {
        var budget = Spent();

        _clock.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(budget.TryTake(_options, underLoad: false));

        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.True(budget.TryTake(_options, underLoad: false));
        Assert.False(budget.TryTake(_options, underLoad: false));
    }

    [Fact]
    public void What_flows_in_is_not_lost_to_many_looks()
    {
        var budget = Spent();
        var taken = 0;
        for (var i = 0; i < 100_000; i++)
        {
            _clock.Advance(TimeSpan.FromTicks(1000));
            taken += budget.TryTake(_options, underLoad: false) ? 1 : 0;
        }

        Assert.Equal(10, taken);
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity()
    {
        var budget = Budget();

        Repeat(10_000, () => budget.Deposit(_options));
        Assert.Equal(100, budget.Available(_options));

        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(100, budget.Available(_options));
        Assert.Equal(100, TakeAll(budget));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void More_than_one_503_in_ten_results_is_a_sign_of_load(int unavailable, bool expected)
    {
        var budget = Budget();

        Repeat(unavailable, budget.Shed);

        Assert.Equal(expected, budget.IsShedding);
    }

    [Fact]
    public void Under_load_savings_are_not_spent()
    {
        var budget = Saved();

        Assert.Equal(4, TakeAll(budget, underLoad: true));
        Assert.Equal(96, TakeAll(budget));
    }

    [Fact]
    public void Under_load_a_success_pays_four_fifths()
    {
        var budget = Saved();
        TakeAll(budget, underLoad: true);

        Repeat(20, () => budget.Succeeded(_options));

        Assert.Equal(3, TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void Under_load_one_retry_a_second_is_the_least()
    {
        var budget = Saved();
        TakeAll(budget, underLoad: true);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, TakeAll(budget, underLoad: true));

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void Under_load_the_least_rate_comes_not_in_addition_to_what_successes_pay()
    {
        var budget = Saved();
        TakeAll(budget, underLoad: true);
        var taken = 0;

        for (var second = 0; second < 100; second++)
        {
            Repeat(10, () => budget.Succeeded(_options));
            _clock.Advance(TimeSpan.FromSeconds(1));
            taken += TakeAll(budget, underLoad: true);
        }

        Assert.Equal(160, taken);
    }

    [Fact]
    public void Under_load_an_empty_budget_pays_for_nothing_and_keeps_its_income()
    {
        _options.MinRetriesPerSecond = 0;
        var budget = Spent();

        Assert.False(budget.TryTake(_options, underLoad: true));

        Repeat(100, () => budget.Deposit(_options));
        Assert.Equal(4, TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void A_retry_under_load_that_did_not_come_about_is_given_back()
    {
        var budget = Budget();
        TakeAll(budget, underLoad: true);

        budget.GiveBack(_options, underLoad: true);

        Assert.Equal(7, budget.Available(_options));
        Assert.Equal(1, TakeAll(budget, underLoad: true));
    }

    [Fact]
    public void Parallel_callers_never_overspend_what_load_leaves_them() =>
        Race.Run(
            rounds: 1_000,
            begin: () => (Budget: Saved(), Taken: new StrongBox<int>()),
            check: round => Assert.Equal(4, round.Taken.Value),
            [.. Enumerable.Repeat(
                ((RetryBudget Budget, StrongBox<int> Taken) round) =>
                    Repeat(10, () => Interlocked.Add(ref round.Taken.Value, round.Budget.TryTake(_options, underLoad: true) ? 1 : 0)),
                8)]);

    [Fact]
    public void The_least_rate_is_added_once_when_two_look_at_the_same_time()
    {
        using var meeting = new MeetingClock();
        var income = new RetryIncome(meeting, _options);
        while (income.TryTake(_options))
        {
        }

        meeting.Now += TimeSpan.TicksPerSecond;
        var taken = 0;
        meeting.Meet(() => Interlocked.Add(ref taken, income.TryTake(_options) ? 1 : 0));

        Assert.Equal(1, taken);
    }

    [Fact]
    public void One_503_in_twenty_results_is_not_a_sign_of_load()
    {
        var budget = Budget();
        Repeat(1_000, () =>
        {
            budget.Shed();
            Repeat(19, () => budget.Succeeded(_options));
        });
        Repeat(20, () => Assert.True(budget.TryTake(_options, underLoad: false)));

        Repeat(20, () => budget.RetrySucceeded(_options, underLoad: budget.IsShedding));

        Assert.Equal(100, budget.Available(_options), 6);
    }

    [Fact]
    public void A_retry_that_did_not_come_about_is_given_back()
    {
        var budget = Budget();

        Assert.True(budget.TryTake(_options, underLoad: false));
        budget.GiveBack(_options, underLoad: false);

        Assert.Equal(10, budget.Available(_options));
    }

    [Fact]
    public void Nothing_flows_in_if_the_options_say_so()
    {
        _options.MinRetriesPerSecond = 0;
        var budget = Spent();

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.False(budget.TryTake(_options, underLoad: false));
    }

    [Fact]
    public void What_did_not_flow_in_before_a_reload_does_not_flow_in_after_it()
    {
        _options.MinRetriesPerSecond = 0;
        var budget = Spent();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.False(budget.TryTake(_options, underLoad: false));

        var flowing = new HttpRetryBudgetOptions { MinRetriesPerSecond = 1 };

        Assert.False(budget.TryTake(flowing, underLoad: false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budget.TryTake(flowing, underLoad: false));
    }

    [Fact]
    public void Nothing_is_earned_if_the_options_say_so()
    {
        _options.Ratio = 0;
        var budget = Spent();

        Repeat(1000, () => budget.Deposit(_options));

        Assert.False(budget.TryTake(_options, underLoad: false));
    }

    [Fact]
    public void A_smaller_capacity_after_a_reload_holds_at_once()
    {
        var budget = Budget();
        Repeat(1000, () => budget.Deposit(_options));

        var smaller = new HttpRetryBudgetOptions { Capacity = 5 };

        Assert.Equal(5, budget.Available(smaller));
        Assert.True(budget.TryTake(smaller, underLoad: false));
        Assert.Equal(4, budget.Available(smaller));
    }

    [Fact]
    public void A_thousand_parallel_callers_never_overspend_it() =>
        Race.Run(
            rounds: 1_000,
            begin: () =>
            {
                var budget = Budget();
                Repeat(450, () => budget.Deposit(_options));
                return (Budget: budget, Taken: new StrongBox<int>());
            },
            check: round => Assert.Equal(100, round.Taken.Value),
            [.. Enumerable.Repeat(
                ((RetryBudget Budget, StrongBox<int> Taken) round) =>
                    Repeat(125, () => Interlocked.Add(ref round.Taken.Value, round.Budget.TryTake(_options, underLoad: false) ? 1 : 0)),
                8)]);

    [Fact]
    public void What_parallel_callers_earn_and_give_back_adds_up()
    {
        Action<RetryBudget> earn = budget => Repeat(25, () => budget.Deposit(_options));
        Action<RetryBudget> takeAndGiveBack = budget => Repeat(25, () =>
        {
            if (budget.TryTake(_options, underLoad: false))
            {
                budget.GiveBack(_options, underLoad: false);
            }
        });

        Race.Run(
            rounds: 1_000,
            begin: Spent,
            check: budget => Assert.Equal(20, budget.Available(_options), 6),
            [.. Enumerable.Repeat(earn, 4), .. Enumerable.Repeat(takeAndGiveBack, 4)]);
    }

    [Fact]
    public void What_flows_in_is_added_once_when_two_look_at_the_same_time()
    {
        using var meeting = new MeetingClock();
        _options.Capacity = 10;
        var budget = new RetryBudget(meeting, _options);
        while (budget.TryTake(_options, underLoad: false))
        {
        }

        meeting.Now += 5 * TimeSpan.TicksPerSecond;
        meeting.Meet(() => budget.TryTake(_options, underLoad: false));

        Assert.Equal(3, budget.Available(_options));
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    private int TakeAll(RetryBudget budget, bool underLoad = false)
    {
        var taken = 0;
        while (budget.TryTake(_options, underLoad))
        {
            taken++;
        }

        return taken;
    }

    private RetryBudget Budget() => new(_clock, _options);

    private RetryBudget Saved()
    {
        var budget = Budget();
        Repeat(500, () => budget.Deposit(_options));
        return budget;
    }

    private RetryBudget Spent()
    {
        var budget = Budget();
        TakeAll(budget);
        return budget;
    }

    /// <summary>A clock at whose reading two threads meet: each has looked at the budget before, neither has written to it yet.</summary>
    private sealed class MeetingClock : TimeProvider, IDisposable
    {
        private Barrier? _barrier;

        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            _barrier?.SignalAndWait();
            return Now;
        }

        public void Meet(Action action)
        {
            _barrier = new Barrier(2);
            Thread[] both = [new(() => action()), new(() => action())];
            Array.ForEach(both, static each => each.Start());
            Array.ForEach(both, static each => each.Join());
            Dispose();
            _barrier = null;
        }

        public void Dispose() => _barrier?.Dispose();
    }
}
