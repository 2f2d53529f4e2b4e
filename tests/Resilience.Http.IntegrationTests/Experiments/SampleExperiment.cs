using System.Text.Json.Nodes;
using Resilience.Http.IntegrationTests.Sample;

namespace Resilience.Http.IntegrationTests.Experiments;

/// <summary>One of the sample's experiments, run by the sample as a process of its own, and the journal of it.</summary>
internal sealed record SampleExperiment(SampleProcess Sample, JsonNode Journal)
{
    /// <summary>
    /// The sample gives recommendations 400 ms. A busy machine needs more, or it opens the circuit before the fault can strike anything.
    /// </summary>
    private static readonly string[] Patience =
    [
        "--ResilientHttpClients:Clients:recommendations:TotalTimeout=5s",
        "--ResilientHttpClients:Clients:recommendations:AttemptTimeout=2s",
    ];

    /// <summary>How many calls the faults struck: an experiment that breaks nothing shows nothing.</summary>
    public long Struck => Journal["rollbacks"]![0]!["output"]!["struck"]!.GetValue<long>();

    public static async Task<SampleExperiment> RunAsync(string experiment, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("resilience-experiment-");
        try
        {
            var journal = Path.Combine(folder.FullName, "journal.json");
            var sample = await SampleProcess.RunAsync(
                ["--experiment", $"experiments/{experiment}.json", "--journal", journal, "--port", "0", .. Patience, .. settings]);
            Assert.True(File.Exists(journal), sample.Output + sample.Errors);
            return new(sample, JsonNode.Parse(await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken))!);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
