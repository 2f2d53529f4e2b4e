using System.Text;

namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>The table of docs/concurrency-limit.md: each scenario with each kind of limit, the first of the fixed seeds.</summary>
internal static class LimitTable
{
    private const int Workers = 16;
    private const int Seed = 1;

    public static string Format()
    {
        var table = new StringBuilder(
            """
            | | scenario | goal | adaptive | no limit | fixed, half | fixed, twice | plain AIMD |
            |---|---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        var scenarios = LimitScenario.OfSize(Workers).Concat(LimitScenario.OfOneSize()).Concat(LimitScenario.Failing());
        foreach (var scenario in scenarios.OrderBy(static scenario => scenario.Number))
        {
            table.Append(
                $"| {scenario.Number} | {scenario.Name} | {scenario.Goal} | {Cell(scenario, static clock => new AdaptivePolicy(clock))} " +
                $"| {Cell(scenario, static _ => new FixedPolicy(int.MaxValue))} " +
                $"| {Cell(scenario, _ => new FixedPolicy(Math.Max(1, scenario.RightLimit / 2)))} " +
                $"| {Cell(scenario, _ => new FixedPolicy(scenario.RightLimit * 2))} " +
                $"| {Cell(scenario, static _ => new AimdPolicy())} |\n");
        }

        return table.ToString();
    }

    private static string Cell(LimitScenario scenario, Func<SimulatedClock, ILimitPolicy> policy)
    {
        // Without a limit there is nothing that a burst could be measured by.
        var isUnlimited = policy(new()).Limit == int.MaxValue;
        if (isUnlimited && scenario.Model.BurstAt is not null)
        {
            return "-";
        }

        var run = QueueSimulation.Run(scenario.Model, policy, Seed);
        return scenario.IsMet(run) ? scenario.Figures(run) : $"{scenario.Figures(run)} (missed)";
    }
}
