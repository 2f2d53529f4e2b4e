using Resilience.Http.Tests.ConcurrencyLimit.Simulation;

namespace Resilience.Http.Tests.ConcurrencyLimit.Adaptive;

/// <summary>The goals of docs/concurrency-limit.md, each met by three runs with fixed seeds.</summary>
public sealed class AdaptiveLimitScenarioTests(ITestOutputHelper output)
{
    private const int Seeds = 3;

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void A_server_of_any_size_is_used_and_not_flooded(int workers) => AllMeet(LimitScenario.OfSize(workers));

    [Fact]
    public void Timeouts_pauses_other_clients_and_mixed_calls_do_not_distort_the_limit() => AllMeet(LimitScenario.OfOneSize());

    [Fact]
    public void A_share_of_503_that_does_not_depend_on_the_load_is_not_an_overload() => AllMeet(LimitScenario.Failing());

    private void AllMeet(IEnumerable<LimitScenario> scenarios)
    {
        var missed = new List<string>();
        foreach (var scenario in scenarios)
        {
            for (var seed = 1; seed <= Seeds; seed++)
            {
                var run = QueueSimulation.Run(scenario.Model, static clock => new AdaptivePolicy(clock), seed);
                var text = $"{scenario}, seed {seed}: {scenario.Figures(run)} (goal: {scenario.Goal})";
                output.WriteLine(text);
                if (!scenario.IsMet(run))
                {
                    missed.Add(text);
                }
            }
        }

        Assert.Empty(missed);
    }
}
