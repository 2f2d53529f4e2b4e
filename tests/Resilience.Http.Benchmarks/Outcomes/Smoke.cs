using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Results;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>
/// <c>-- outcomes --smoke</c>: 30 seconds with one dead backend of three. The goals are those of docs/outcomes.md, less 10 points for a
/// busy machine.
/// </summary>
internal static class Smoke
{
    private const int Seconds = 30;
    private const double Goal = 0.95;
    private const double BelowPlain = 0.01;
    private const double Tolerance = 0.1;

    public static async Task<int> RunAsync()
    {
        var results = await ScenarioRun.RunAsync(OutcomeScenarios.Smoke, Seconds, pass: 1);
        var (plain, ours) = (ShareOf(OutcomeContender.Plain), ShareOf(OutcomeContender.Ours));
        var least = Math.Max(Goal, plain - BelowPlain) - Tolerance;
        var holds = ours >= least;

        Console.WriteLine(OutcomeTables.Render(OutcomeScenarios.Smoke, results));
        Console.WriteLine($"\n{(holds ? "ok" : "FAILED")}: {100 * ours:0.0} % of the calls through the chain were answered in time; at " +
            $"least {100 * least:0.0} % are expected.");
        return holds ? 0 : 1;

        double ShareOf(OutcomeContender contender) => results.Single(result => result.Contender == contender.Key).Figures.ShareInTime;
    }
}
