using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>A service that stalls for 10 seconds and works on abandoned requests too: docs/retry-storms.md.</summary>
public sealed class RetryStormTests(ITestOutputHelper output)
{
    private const int Well = Scenario.Onset + 10;

    private static readonly SimulatedClient Resilient = SimulatedClient.Configured("ours", ShortAttempts);

    private static readonly SimulatedClient Naive = SimulatedClient.Configured("naive retries", static options =>
    {
        ShortAttempts(options);
        options.Retry.Backoff = HttpRetryBackoff.Constant;
        options.Retry.Jitter = HttpRetryJitter.None;
        options.Retry.Budget.Enabled = false;
        options.CircuitBreaker.Enabled = false;
    });

    [Theory]
    [InlineData(140)]
    [InlineData(220)]
    [InlineData(280)]
    public void A_stalled_service_recovers_although_naive_retries_never_let_it(double rate)
    {
        var stall = new SimulatedFault.Throttled(0) { From = Scenario.At(Scenario.Onset), To = Scenario.At(Well) };
        var scenario = new Scenario(SimulatedService.WithCapacity(300, workers: 2) with { ServesAbandoned = true, Faults = [stall] }, rate);

        Assert.Equal(double.PositiveInfinity, SecondsToRecover(Naive));
        Assert.InRange(SecondsToRecover(Resilient), 0, 15);

        double SecondsToRecover(SimulatedClient client) =>
            Goals.Median(
                Goals.Runs(scenario, client, output), static run => run.Timeline.SecondsToRecover(Well) ?? double.PositiveInfinity);
    }

    private static void ShortAttempts(ResilientHttpClientOptions options) => options.AttemptTimeout = TimeSpan.FromSeconds(1);
}
