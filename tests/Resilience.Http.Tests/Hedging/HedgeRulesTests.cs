using Resilience.Http.Hedging;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Hedging;

public sealed class HedgeRulesTests
{
    [Fact]
    public void No_condition_suppresses_a_hedge_to_a_healthy_service() =>
        Assert.Null(HedgeRules.Find(new() { Target = new() { FailureRatio = 0.25, Utilization = 0.79 } }));

    [Fact]
    public void Each_condition_suppresses_a_hedge()
    {
        Assert.Equal(HedgeSuppression.Stopping, HedgeRules.Find(new() { IsStopping = true }));
        Assert.Equal(HedgeSuppression.ProcessBehind, HedgeRules.Find(new() { ProcessIsBehind = true }));
        Assert.Equal(HedgeSuppression.ServiceSlow, HedgeRules.Find(new() { ServiceIsSlow = true }));
        Assert.Equal(HedgeSuppression.Circuit, HedgeRules.Find(new() { Target = new() { Admission = AdmissionState.Trial } }));
        Assert.Equal(HedgeSuppression.Circuit, HedgeRules.Find(new() { Target = new() { Admission = AdmissionState.Refused } }));
        Assert.Equal(HedgeSuppression.Failing, HedgeRules.Find(new() { Target = new() { FailureRatio = 0.26 } }));
        Assert.Equal(HedgeSuppression.Limit, HedgeRules.Find(new() { Target = new() { Utilization = 0.8 } }));
        Assert.Equal(
            HedgeSuppression.Limit,
            HedgeRules.Find(new() { Target = new() { Utilization = 1, Admission = AdmissionState.Refused } }));
    }

    [Fact]
    public void Each_reason_and_each_outcome_has_a_text_of_its_own()
    {
        var reasons = Enum.GetValues<HedgeSuppression>().Select(reason => reason.Text()).ToArray();
        var outcomes = Enum.GetValues<HedgeOutcome>().Select(outcome => outcome.Text()).ToArray();

        Assert.Equal(reasons.Distinct(), reasons);
        Assert.Equal(outcomes.Distinct(), outcomes);
    }

    [Fact]
    public void The_budget_starts_full_and_saves_at_most_ten()
    {
        var budget = new HedgeBudget();
        budget.Deposit(1);

        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => budget.TryTake()));
    }

    [Fact]
    public void Each_call_adds_its_share_to_the_budget()
    {
        var budget = new HedgeBudget();
        while (budget.TryTake())
        {
        }

        for (var call = 0; call < 100; call++)
        {
            budget.Deposit(0.05);
        }

        Assert.Equal(5, budget.Available, 0.001);
    }

    [Fact]
    public void Two_threads_never_take_more_from_the_budget_than_it_holds()
    {
        Race.Run(
            1_000,
            () => (Budget: new HedgeBudget(), Taken: new int[2]),
            round => Assert.Equal(10, round.Taken[0] + round.Taken[1]),
            round => Take(round.Budget, ref round.Taken[0]),
            round => Take(round.Budget, ref round.Taken[1]));

        static void Take(HedgeBudget budget, ref int taken)
        {
            for (var i = 0; i < 10; i++)
            {
                taken += budget.TryTake() ? 1 : 0;
            }
        }
    }

    [Fact]
    public void Hedges_that_rarely_win_are_halved_until_they_win_again()
    {
        var wins = new HedgeWins();
        Add(wins, won: false, 19);
        Assert.Equal(10, Allowed(wins));

        Add(wins, won: false, 1);
        Assert.Equal(5, Allowed(wins));

        Add(wins, won: true, 3);
        Assert.Equal(5, Allowed(wins));

        Add(wins, won: true, 1);
        Assert.Equal(10, Allowed(wins));
    }

    [Fact]
    public void A_service_is_slow_for_everyone_above_three_times_the_expected_share()
    {
        var slow = new SlowSends();

        // 7 of 50 are within three times 5 %, 8 are not.
        for (var send = 0; send < 7; send++)
        {
            Assert.False(slow.Add(answered: 100 + (send * 6), expectedShare: 0.05));
        }

        Assert.True(slow.Add(answered: 142, expectedShare: 0.05));
        Assert.False(slow.Add(answered: 160, expectedShare: 0.05)); // The first two are 50 sends ago.
    }

    [Fact]
    public void Slow_sends_count_while_they_are_still_in_flight()
    {
        var slow = new SlowSends();
        for (var send = 0; send < 7; send++)
        {
            Assert.False(slow.Add(answered: 100, expectedShare: 0.05));
        }

        Assert.True(slow.Add(answered: 100, expectedShare: 0.05));
    }

    private static void Add(HedgeWins wins, bool won, int times)
    {
        for (var i = 0; i < times; i++)
        {
            wins.Add(won);
        }
    }

    private static int Allowed(HedgeWins wins) => Enumerable.Range(0, 10).Count(_ => wins.Allow());
}
