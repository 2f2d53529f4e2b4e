using System.Net;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>
/// The goals of docs/outcomes.md with an adaptive concurrency limit, in the situations that could mislead it. In the others it does
/// nothing.
/// </summary>
public sealed class AdaptiveLimitTests(ITestOutputHelper output)
{
    private const int Back = Scenario.Onset + 30;

    private static readonly SimulatedClient Adaptive = SimulatedClient.Configured("adaptive limit", static options =>
        (options.ConcurrencyLimit.Enabled, options.ConcurrencyLimit.Mode) = (true, HttpConcurrencyLimitMode.Adaptive));

    [Theory]
    [InlineData(2, 20, true)]
    [InlineData(2, 20, false)]
    [InlineData(3, 20, true)]
    [InlineData(3, 20, false)]
    [InlineData(10, 20, true)]
    [InlineData(10, 20, false)]
    [InlineData(10, 300, true)]
    public void One_hanging_backend_costs_no_more_than_without_a_chain(int backends, double rate, bool cold) =>
        Goals.ShareIsNotBelowOthers(Scenario.OneHanging(backends, rate, cold), output, Adaptive);

    [Fact]
    public void Three_percent_of_slow_answers_cost_no_more_than_without_a_chain() => Goals.ShareIsNotBelowOthers(
        new Scenario(new SimulatedService { Faults = [new SimulatedFault.Slow(0.03, TimeSpan.FromSeconds(5))] }, 300), output, Adaptive);

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void Half_of_the_capacity_is_used_as_well_as_by_others(double rate) => Goals.GoodputIsAtLeast(
        0.95, Scenario.Onset, Scenario.Seconds, Scenario.CapacityHalved(rate, double.PositiveInfinity), output, Adaptive);

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void Calls_succeed_again_soon_after_capacity_is_back(double rate) =>
        Goals.RecoversWithin(15, Back, Scenario.CapacityHalved(rate, double.PositiveInfinity), output, Adaptive);

    [Theory]
    [InlineData(0.05, 20)]
    [InlineData(0.05, 300)]
    [InlineData(0.2, 20)]
    [InlineData(0.2, 300)]
    [InlineData(0.5, 20)]
    [InlineData(0.5, 300)]
    public void A_share_of_503_whatever_the_load_costs_at_most_one_point(double share, double rate)
    {
        var scenario = new Scenario(
            new SimulatedService { Faults = [new SimulatedFault.Failing(share, HttpStatusCode.ServiceUnavailable)] }, rate);
        var unlimited = Goals.Median(Goals.Runs(scenario, SimulatedClient.Resilient, output), static run => run.SettledShareInTime());
        var adaptive = Goals.Median(Goals.Runs(scenario, Adaptive, output), static run => run.SettledShareInTime());

        Assert.InRange(adaptive, unlimited - 0.01, 1);
    }
}
