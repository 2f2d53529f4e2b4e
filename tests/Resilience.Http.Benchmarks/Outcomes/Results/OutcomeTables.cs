using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Clients;

namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>The tables of docs/outcomes.md: one for each scenario, medians over its passes.</summary>
internal static class OutcomeTables
{
    /// <summary>A load that came later than this was not the load that was meant: the machine was too busy.</summary>
    private const double TooLateMilliseconds = 250;

    /// <summary>The shares in time of all scenarios, the goals that were missed, then a table for each scenario.</summary>
    public static string Render(IReadOnlyList<OutcomeResult> results) => string.Join(
        "\n\n",
        OutcomeScenarios.All
            .Select(scenario => (Scenario: scenario, Results: results.Where(result => result.Scenario == scenario.Name).ToArray()))
            .Where(static pair => pair.Results.Length > 0)
            .Select(static pair => Render(pair.Scenario, pair.Results))
            .Prepend(RenderMissedGoals(results))
            .Prepend(RenderShares(results)));

    public static string Render(OutcomeScenario scenario, IReadOnlyCollection<OutcomeResult> results)
    {
        var clients = MediansOf(scenario, results);
        var table = new MarkdownTable(
            "client", "in time", "sends per call", "worst second", "p50 ms", "p99 ms", "p99.9 ms", "first refusal", "99 % again");
        foreach (var (client, medians) in clients)
        {
            table.Add([client.Title, .. Cells(medians)]);
        }

        return $"### {TitleOf(scenario)}\n\n{table}{Blocked(scenario, results)}{Late(scenario, clients)}";
    }

    /// <summary>One line for each kind of scenario, with the shares at all of its rates.</summary>
    private static string RenderShares(IReadOnlyCollection<OutcomeResult> results)
    {
        var rates = OutcomeScenarios.All.Select(static scenario => scenario.Rate).Distinct().ToArray();
        var table = new MarkdownTable(
        [
            $"% in time, {string.Join(" / ", rates)} calls per second",
            .. OutcomeContender.Defaults.Select(static client => client.Title),
        ]);
        foreach (var kind in OutcomeScenarios.All.GroupBy(static scenario => scenario.Kind))
        {
            var medians = kind.Select(scenario => MediansOf(scenario, results)).ToArray();
            table.Add([
                kind.First().Title,
                .. OutcomeContender.Defaults.Select(client => string.Join(" / ", medians.Select(clients =>
                    clients.TryGetValue(client, out var mine) ? $"{100 * mine.ShareInTime:0.0}" : "-"))),
            ]);
        }

        return $"{table}";
    }

    /// <summary>Every goal that one of our clients missed in some scenario, after how many there are.</summary>
    private static string RenderMissedGoals(IReadOnlyCollection<OutcomeResult> results)
    {
        var table = new MarkdownTable("scenario", "client", "goal", "reached");
        var checks = 0;
        foreach (var scenario in OutcomeScenarios.All)
        {
            var clients = MediansOf(scenario, results);
            foreach (var client in OutcomeContender.AllOurs.Where(clients.ContainsKey))
            {
                foreach (var check in GoalCheck.Of(scenario, clients[client], clients))
                {
                    checks++;
                    if (!check.IsMet)
                    {
                        table.Add(TitleOf(scenario), client.Title, check.Goal, check.Reached);
                    }
                }
            }
        }

        return $"Of {checks} goals, {table.Count} were missed:\n\n{table}";
    }

    public static string Seconds(double seconds) => double.IsPositiveInfinity(seconds) ? "never" : $"{seconds:0} s";

    private static string TitleOf(OutcomeScenario scenario) =>
        $"{char.ToUpperInvariant(scenario.Title[0])}{scenario.Title[1..]}: {scenario.Rate} calls per second";

    private static OrderedDictionary<OutcomeContender, OutcomeMedians> MediansOf(
        OutcomeScenario scenario, IReadOnlyCollection<OutcomeResult> results) =>
        new(from contender in scenario.Contenders.Union(OutcomeContender.All)
            let passes = results.Where(result => result.Scenario == scenario.Name && result.Contender == contender.Key).ToArray()
            where passes.Length > 0
            select KeyValuePair.Create(contender, new OutcomeMedians(scenario, passes)));

    private static string[] Cells(OutcomeMedians client) =>
    [
        $"{100 * client.ShareInTime:0.0} %",
        $"{client.SendsPerCall:0.00}",
        $"{client.SendsPerCallInWorstSecond:0.00}",
        $"{client.P50:0}",
        $"{client.P99:0}",
        $"{client.P999:0}",
        Seconds(client.FirstRefusal),
        client.Recovery is { } recovery ? Seconds(recovery) : "",
    ];

    private static string Late(OutcomeScenario scenario, OrderedDictionary<OutcomeContender, OutcomeMedians> clients)
    {
        var late = clients.Where(pair => pair.Value.LoadWasLate > TooLateMilliseconds && !scenario.OneAtATime).ToArray();
        var delays = string.Join(", ", late.Select(static pair => $"{pair.Key.Title} up to {pair.Value.LoadWasLate:0} ms"));
        return late.Length == 0 ? "" : $"\n\nThe load came late: {delays}.";
    }

    private static string Blocked(OutcomeScenario scenario, IReadOnlyCollection<OutcomeResult> results) => scenario.StarveFor == 0
        ? ""
        : "\n\nThreads blocked on a call 15 s after the starvation: " + string.Join(", ", scenario.Contenders
            .SelectMany(
                contender => results.Where(result => result.Contender == contender.Key)
                    .Take(1)
                    .Select(result => $"{contender.Title} {result.Figures.ThreadsBlockedLater}"))) + ".";
}
