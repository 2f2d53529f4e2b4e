using System.Runtime.CompilerServices;
using Resilience.Http.Retry;
using static Resilience.Http.Tests.Retry.RetryBudgetFixture;

namespace Resilience.Http.Tests.Retry;

/// <summary>Parallel callers neither overspend a budget nor add to it twice.</summary>
public sealed class RetryBudgetRaceTests
{
    private readonly RetryBudgetFixture _fixture = new();

    [Fact]
    public void Parallel_callers_never_overspend_what_load_leaves_them() =>
        Race.Run(
            rounds: 1_000,
            begin: () => (Budget: _fixture.Saved(), Taken: new StrongBox<int>()),
            check: round => Assert.Equal(4, round.Taken.Value),
            [.. Enumerable.Repeat(
                ((RetryBudget Budget, StrongBox<int> Taken) round) =>
                    Repeat(10, () => Interlocked.Add(
                        ref round.Taken.Value, round.Budget.TryTake(_fixture.Options, underLoad: true) ? 1 : 0)),
                8)]);

    [Fact]
    public void The_minimum_rate_is_added_once_when_two_threads_read_at_the_same_time()
    {
        using var meeting = new MeetingClock();
        var income = new RetryIncome(meeting, _fixture.Options);
        while (income.TryTake(_fixture.Options))
        {
        }

        meeting.Now += TimeSpan.TicksPerSecond;
        var taken = 0;
        meeting.Meet(() => Interlocked.Add(ref taken, income.TryTake(_fixture.Options) ? 1 : 0));

        Assert.Equal(1, taken);
    }

    [Fact]
    public void A_thousand_parallel_callers_never_overspend_the_retry_budget() =>
        Race.Run(
            rounds: 1_000,
            begin: () =>
            {
                var budget = _fixture.Budget();
                Repeat(450, () => budget.Deposit(_fixture.Options));
                return (Budget: budget, Taken: new StrongBox<int>());
            },
            check: round => Assert.Equal(100, round.Taken.Value),
            [.. Enumerable.Repeat(
                ((RetryBudget Budget, StrongBox<int> Taken) round) =>
                    Repeat(125, () => Interlocked.Add(
                        ref round.Taken.Value, round.Budget.TryTake(_fixture.Options, underLoad: false) ? 1 : 0)),
                8)]);

    [Fact]
    public void What_parallel_callers_earn_and_give_back_adds_up()
    {
        Action<RetryBudget> earn = budget => Repeat(25, () => budget.Deposit(_fixture.Options));
        Action<RetryBudget> takeAndGiveBack = budget => Repeat(25, () =>
        {
            if (budget.TryTake(_fixture.Options, underLoad: false))
            {
                budget.GiveBack(_fixture.Options, underLoad: false);
            }
        });

        Race.Run(
            rounds: 1_000,
            begin: _fixture.Spent,
            check: budget => Assert.Equal(20, budget.Available(_fixture.Options), 6),
            [.. Enumerable.Repeat(earn, 4), .. Enumerable.Repeat(takeAndGiveBack, 4)]);
    }

    [Fact]
    public void Accrued_retries_are_added_once_when_two_threads_read_at_the_same_time()
    {
        using var meeting = new MeetingClock();
        _fixture.Options.Capacity = 10;
        var budget = new RetryBudget(meeting, _fixture.Options);
        while (budget.TryTake(_fixture.Options, underLoad: false))
        {
        }

        meeting.Now += 5 * TimeSpan.TicksPerSecond;
        meeting.Meet(() => budget.TryTake(_fixture.Options, underLoad: false));

        Assert.Equal(3, budget.Available(_fixture.Options));
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
