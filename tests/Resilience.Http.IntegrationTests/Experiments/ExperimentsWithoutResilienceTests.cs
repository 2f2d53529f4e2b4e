namespace Resilience.Http.IntegrationTests.Experiments;

/// <summary>The same experiments with the chain taken out by its live switch: a hypothesis that still held would prove nothing.</summary>
public sealed class ExperimentsWithoutResilienceTests
{
    [Theory]
    [InlineData("payments-outage")]
    [InlineData("inventory-slow")]
    [InlineData("recommendations-flaky")]
    public async Task The_hypothesis_does_not_hold(string name)
    {
        var experiment = await SampleExperiment.RunAsync(name, "--ResilientHttpClients:Defaults:Enabled=false");

        Assert.True(experiment.Sample.ExitCode == (int)ChaosOutcome.Deviated, experiment.Sample.Output + experiment.Sample.Errors);
        Assert.True(experiment.Journal["steady_states"]!["before"]!["steady_state_met"]!.GetValue<bool>());
        Assert.False(experiment.Journal["steady_states"]!["after"]!["steady_state_met"]!.GetValue<bool>());
        Assert.NotEqual(0, experiment.Struck);
    }
}
