using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>The service is well, and more is asked of it than it can do.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Back = Scenario.Onset + 30;

    /// <summary>The rate, and how many seconds of load the queue takes before the service answers 503.</summary>
    public static TheoryData<double, double> RatesAndQueues =>
        new MatrixTheoryData<double, double>([20, 300], [2.5, double.PositiveInfinity]);

    public static TheoryData<double, double> LoadsAndRates => new MatrixTheoryData<double, double>([1.05, 1.2, 2], [20, 300]);

    [Theory]
    [MemberData(nameof(RatesAndQueues))]
    public void Half_of_the_capacity_is_used_as_well_as_by_others(double rate, double queue) =>
        Goals.GoodputIsAtLeast(0.95, Scenario.Onset, Scenario.Seconds, Scenario.CapacityHalved(rate, queue), output);

    [Theory]
    [MemberData(nameof(RatesAndQueues))]
    public void Calls_succeed_again_soon_after_capacity_is_back(double rate, double queue) =>
        Goals.RecoversWithin(15, Back, Scenario.CapacityHalved(rate, queue), output);

    /// <summary>
    /// Departs from the goal at 20 calls a second, which is for one second: there it is 1.4. A single bad backend answers 503 too, so the
    /// first four are no sign of load, and their retries alone use up what 1.2 allows in a second of 20 calls.
    /// </summary>
    [Theory]
    [MemberData(nameof(RatesAndQueues))]
    public void Missing_capacity_does_not_lead_to_more_sends(double rate, double queue) =>
        Goals.WorstHundredCallsAreAtMost(1.2, Scenario.CapacityHalved(rate, queue), output);

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void A_quota_of_half_the_load_is_used_as_well_as_by_others(double rate) =>
        Goals.GoodputIsAtLeast(0.95, Scenario.Onset, Scenario.Seconds, Scenario.HalfQuota(rate), output);

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void Calls_succeed_again_soon_after_a_quota_is_lifted(double rate) =>
        Goals.RecoversWithin(15, Back, Scenario.HalfQuota(rate), output);

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void An_exceeded_quota_does_not_lead_to_more_sends(double rate) =>
        Goals.WorstSecondIsAtMost(1.2, Scenario.HalfQuota(rate), output);

    [Theory]
    [MemberData(nameof(LoadsAndRates))]
    public void A_server_that_sheds_load_gets_few_retries(double load, double rate)
    {
        var runs = Goals.Runs(Scenario.Shedding(load, rate), SimulatedClient.Resilient, output);
        Assert.InRange(Goals.Median(runs, static run => run.SettledSendsPerCall()), 0, 1.25);
    }

    /// <summary>
    /// Of the retries, with the circuit breaker off: at 20 calls a second a circuit opens now and then on a row of 503, which has other
    /// costs.
    /// </summary>
    [Theory]
    [MemberData(nameof(LoadsAndRates))]
    public void A_server_that_sheds_load_keeps_its_goodput(double load, double rate)
    {
        var scenario = Scenario.Shedding(load, rate);
        var ours = Goals.Runs(
            scenario, SimulatedClient.Configured("retries alone", static options => options.CircuitBreaker.Enabled = false), output);
        var plain = Goals.Runs(scenario, SimulatedClient.Plain, output);
        Assert.InRange(Share(ours), 0.98 * Share(plain), 1);

        static double Share(SimulationResult[] runs) => Goals.Median(runs, static run => run.SettledShareInTime());
    }
}
