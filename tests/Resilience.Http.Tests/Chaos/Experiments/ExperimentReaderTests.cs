using System.Text.Json.Nodes;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentFiles;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>What an experiment file means.</summary>
public sealed class ExperimentReaderTests
{
    [Fact]
    public void A_whole_experiment_is_read()
    {
        var experiment = Read(Whole);

        Assert.Equal("Orders are taken while payments is down", experiment.Title);
        Assert.Equal("why", experiment.Description);
        Assert.Equal("Orders are taken", experiment.Hypothesis);
        Assert.Equal(["order", "rate"], experiment.SteadyState.Select(probe => probe.Name));
        Assert.Equal(["break", "order", "wait"], experiment.Method.Select(step => step.Name));
        Assert.Same(experiment.SteadyState[0], experiment.Method[1]);
        Assert.Equal(TimeSpan.FromSeconds(0.5), experiment.Method[0].PauseBefore);
        Assert.Equal(TimeSpan.FromSeconds(2), experiment.Method[0].PauseAfter);
        Assert.True(experiment.Method[0].Background);
        Assert.Equal(["mend"], experiment.Rollbacks.Select(step => step.Name));
    }

    [Fact]
    public void An_expected_null_is_met_only_by_null()
    {
        var tolerance = Read(
            Whole.Replace("[200, 201]", """{ "type": "jsonpath", "path": "$.body.error", "expect": null }""", StringComparison.Ordinal))
            .SteadyState[0].Tolerance!;

        Assert.Equal("$.body.error of status, headers and body to give null", tolerance.ToString());
        Assert.True(Accepts("""{ "error": null }"""));
        Assert.False(Accepts("""{ "error": "disk full" }"""));
        Assert.False(Accepts("{ }"));

        bool Accepts(string body) => tolerance.Accepts(JsonNode.Parse($$"""{ "status": 200, "body": {{body}} }"""));
    }

    [Fact]
    public void The_journal_repeats_the_file_without_the_secrets_that_were_written_into_it()
    {
        var journal = new ChaosExperimentResult(Read(Whole)).ToJournal();

        Assert.DoesNotContain("hunter2", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("the token", journal, StringComparison.Ordinal);
        Assert.Contains("Bearer ${token}", journal, StringComparison.Ordinal);
        Assert.Contains("\"key\": \"TOKEN\"", journal, StringComparison.Ordinal);
    }
}
