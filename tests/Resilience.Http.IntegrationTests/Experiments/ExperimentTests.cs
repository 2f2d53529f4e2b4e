using Resilience.Http.IntegrationTests.Sample;

namespace Resilience.Http.IntegrationTests.Experiments;

/// <summary>The sample's experiments, over real sockets, with the chain in place.</summary>
public sealed class ExperimentTests
{
    [Theory]
    [InlineData("payments-outage")]
    [InlineData("inventory-slow")]
    [InlineData("recommendations-flaky")]
    public async Task With_resilience_the_hypothesis_holds(string name)
    {
        var experiment = await SampleExperiment.RunAsync(name);

        Assert.True(experiment.Sample.ExitCode == 0, experiment.Sample.Output + experiment.Sample.Errors);
        Assert.Contains("The hypothesis held", experiment.Sample.Output, StringComparison.Ordinal);
        Assert.Equal("completed", experiment.Journal["status"]!.GetValue<string>());
        Assert.NotEqual(0, experiment.Struck);
        Assert.Empty(experiment.Journal["notes"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_file_ends_with_65_and_its_mistakes_without_a_stack_trace()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """
                {
                  "title": "t",
                  "description": "d",
                  "methods": []
                }
                """, TestContext.Current.CancellationToken);

            var sample = await SampleProcess.RunAsync(["--experiment", file, "--port", "0"]);

            Assert.Equal(65, sample.ExitCode);
            Assert.Contains("line 4: methods is not a known field. Did you mean 'method'?", sample.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", sample.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("missing.json")]
    [InlineData("missing/missing.json")]
    [InlineData("experiments")]
    public async Task A_file_that_cannot_be_read_ends_with_65_without_a_stack_trace(string file)
    {
        var sample = await SampleProcess.RunAsync(["--experiment", file, "--port", "0"]);

        Assert.Equal(65, sample.ExitCode);
        Assert.Contains(file, sample.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", sample.Errors, StringComparison.Ordinal);
    }
}
