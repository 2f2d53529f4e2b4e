using Resilience.Http.Tests.Chaos.Registration;
using Resilience.Http.Tests.Registration;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentApp;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Faults of the configuration while an experiment runs: which ones are in force, and which are noted.</summary>
public sealed class ConfiguredFaultsInExperimentTests
{
    [Fact]
    public async Task The_faults_of_an_experiment_replace_configured_ones_until_they_are_cleared()
    {
        using var app = await AppAsync(ChaosFixture.On("""{ "Abort": { "StatusCode": 418, "Percentage": 100 } }"""));
        List<bool> reset = [];

        await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [
                Look(), ChaosAction.SetFaults("break", "payments", ResetAll), Look(), ChaosAction.ClearFaults("mend", "payments"), Look()
            ],
        });

        Assert.Equal([false, true, false], reset);

        ChaosProbe Look() => new("look", async _ =>
        {
            reset.Add(await StruckAsync(app));
            return null;
        });
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"DryRun\": true", false)]
    [InlineData("\"Until\": \"1999-01-01T00:00:00Z\"", false)]
    public async Task Configured_faults_that_are_on_before_the_method_are_noted(string others, bool noted)
    {
        using var app = await AppAsync(ChaosFixture.On(others: others));

        var result = await RunAsync(app, new ChaosExperiment { Title = "t" });

        Assert.Equal(
            noted
                ? ["Faults of the configuration were active before the method (payments: abort (reset) on 100 %): "
                    + "the steady state was measured under them. Remove them to measure a system without faults."]
                : [],
            result.Notes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Configured_faults_that_change_during_the_first_check_are_noted(bool sets)
    {
        var (on, off) = (ChaosFixture.On(), """{ "ResilientHttpChaos": { "Enabled": true } }""");
        using var file = new SettingsFile(sets ? off : on);
        using var app = await AppAsync(file.AddTo);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Hypothesis = "h",
            SteadyState =
            [
                new ChaosProbe("edits", _ =>
                {
                    file.Edit(sets ? on : off);
                    return new(true);
                })
                {
                    Tolerance = ChaosTolerance.Equal(true),
                },
            ],
        });

        Assert.Single(
            result.Notes, static note => note.StartsWith("Faults of the configuration were active", StringComparison.Ordinal));
    }
}
