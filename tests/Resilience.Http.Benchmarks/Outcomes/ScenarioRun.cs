using System.Diagnostics;
using System.Text.Json;
using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Processes;
using Resilience.Http.Benchmarks.Outcomes.Results;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>One contender in one scenario: its servers, its client, and what happens to them.</summary>
internal sealed class ScenarioRun : IAsyncDisposable
{
    private readonly OutcomeScenario _scenario;
    private readonly OutcomeContender _contender;
    private readonly int _seconds;
    private readonly Deployment _servers;
    private readonly ChildProcess _client;

    private ScenarioRun(OutcomeScenario scenario, OutcomeContender contender, int seconds, Deployment servers, ChildProcess client) =>
        (_scenario, _contender, _seconds, _servers, _client) = (scenario, contender, seconds, servers, client);

    /// <summary>Runs a scenario: all contenders at the same time, or one after the other.</summary>
    public static async Task<IReadOnlyList<OutcomeResult>> RunAsync(OutcomeScenario scenario, int seconds, int pass)
    {
        var results = new List<OutcomeResult>();
        foreach (var group in scenario.Contenders.Chunk(scenario.OneAtATime ? 1 : scenario.Contenders.Count))
        {
            var runs = await Task.WhenAll(group.Select(contender => PrepareAsync(scenario, contender, seconds)));
            try
            {
                await Task.WhenAll(runs.Select(static run => run.RunFaultsBeforeStartAsync()));
                results.AddRange(await Task.WhenAll(runs.Select(run => run.MeasureAsync(pass))));
            }
            finally
            {
                await Task.WhenAll(runs.Select(static run => run.DisposeAsync().AsTask()));
            }
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private static async Task<ScenarioRun> PrepareAsync(OutcomeScenario scenario, OutcomeContender contender, int seconds)
    {
        var servers = await Deployment.StartAsync(scenario.Service);
        var client = ChildProcess.Start(ClientProgram.Command, $"{scenario.LoadOf(contender, servers.Address, seconds)}");
        await client.ReadLineAsync();
        return new ScenarioRun(scenario, contender, seconds, servers, client);
    }

    private async Task RunFaultsBeforeStartAsync()
    {
        foreach (var step in _scenario.Steps.Where(static step => step.At == 0))
        {
            await step.RunAsync(_servers, _client);
        }
    }

    private async Task<OutcomeResult> MeasureAsync(int pass)
    {
        await _client.WriteLineAsync("start");
        var well = await RunStepsAsync(Stopwatch.GetTimestamp());
        await _client.ReadLineAsync();
        await _client.WriteLineAsync($"{well}");
        var figures = JsonSerializer.Deserialize<OutcomeFigures>(await _client.ReadLineAsync())!;
        return new OutcomeResult(_scenario.Name, pass, _seconds, _contender.Key, figures);
    }

    /// <returns>The first second in which all was well again.</returns>
    private async Task<int?> RunStepsAsync(long start)
    {
        int? well = null;
        foreach (var step in _scenario.Steps.Where(static step => step.At > 0))
        {
            var wait = TimeSpan.FromSeconds(step.At * _scenario.Scale(_seconds)) - Stopwatch.GetElapsedTime(start);
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            await step.RunAsync(_servers, _client);
            if (step.MakesWell)
            {
                well = (int)Math.Ceiling(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return well;
    }
}
