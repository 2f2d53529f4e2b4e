using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Clients;

namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>The tables of docs/outcomes.md: one for each scenario, medians over its passes.</summary>
internal static class OutcomeTables
{
    private const string Begin = "<!-- table -->\n";
    private const string End = "\n<!-- end of table -->";

    /// <summary>A load that came later than this was not the load that was meant: the machine was too busy.</summary>
    private const double TooLateMilliseconds = 250;

    public static string Render(IReadOnlyList<OutcomeResult> results) => string.Join(
        "\n\n",
        OutcomeScenarios.All.Prepend(OutcomeScenarios.Smoke)
            .Select(scenario => (Scenario: scenario, Results: results.Where(result => result.Scenario == scenario.Name).ToArray()))
            .Where(static pair => pair.Results.Length > 0)
            .Select(static pair => Render(pair.Scenario, pair.Results)));

    /// <summary>Puts the tables into a page, between its two markers.</summary>
    public static void WriteInto(string page, string tables)
    {
        var text = File.ReadAllText(page);
        File.WriteAllText(page, $"{text.Split(Begin)[0]}{Begin}{tables}{End}{text.Split(End)[1]}");
    }

    public static string Render(OutcomeScenario scenario, IReadOnlyCollection<OutcomeResult> results)
    {
        var table = new MarkdownTable(
            "client", "in time", "sends per call", "worst second", "p50 ms", "p99 ms", "p99.9 ms", "first refusal", "99 % again");
        foreach (var contender in scenario.Contenders.Union(OutcomeContender.All))
        {
            var mine = results.Where(result => result.Contender == contender.Key).ToArray();
            if (mine.Length > 0)
            {
                table.Add([contender.Title, .. Cells(scenario, mine)]);
            }
        }

        var late = results.Max(static result => result.Figures.LoadWasLate);
        var warning = late > TooLateMilliseconds && !scenario.OneAtATime
            ? $"\n\nThe load came up to {late:0} ms late: the machine was too busy for these figures."
            : "";
        return $"### {char.ToUpperInvariant(scenario.Title[0])}{scenario.Title[1..]}: {scenario.Rate} calls per " +
            $"second\n\n{table}{Blocked(scenario, results)}{warning}";
    }

    private static string[] Cells(OutcomeScenario scenario, OutcomeResult[] passes)
    {
        var onset = scenario.Onset * scenario.Scale(passes[0].Seconds);
        return
        [
            $"{100 * Median(static figures => figures.ShareInTime):0.0} %",
            $"{Median(static figures => figures.SendsPerCall):0.00}",
            $"{Median(static figures => figures.SendsPerCallInWorstSecond):0.00}",
            $"{Median(static figures => figures.P50):0}",
            $"{Median(static figures => figures.P99):0}",
            $"{Median(static figures => figures.P999):0}",
            Seconds(Median(figures => figures.FirstRefusal is { } second ? Math.Max(0, second - onset) : double.PositiveInfinity)),
            passes.All(static pass => pass.Figures.WellAt is null)
                ? ""
                : Seconds(Median(static figures => figures.Recovery ?? double.PositiveInfinity)),
        ];

        double Median(Func<OutcomeFigures, double> figure)
        {
            var sorted = passes.Select(pass => figure(pass.Figures)).Order().ToArray();
            return sorted[sorted.Length / 2];
        }
    }

    private static string Seconds(double seconds) => double.IsPositiveInfinity(seconds) ? "never" : $"{seconds:0} s";

    private static string Blocked(OutcomeScenario scenario, IReadOnlyCollection<OutcomeResult> results) => scenario.StarveFor == 0
        ? ""
        : "\n\nThreads blocked on a call 15 s after the starvation: " + string.Join(", ", scenario.Contenders
            .SelectMany(
                contender => results.Where(result => result.Contender == contender.Key)
                    .Take(1)
                    .Select(result => $"{contender.Title} {result.Figures.ThreadsBlockedLater}"))) + ".";
}
