using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>
/// The goals of docs/outcomes.md. Each is met by the median of three runs with fixed seeds; a failure prints what they came to.
/// </summary>
internal static class Goals
{
    /// <summary>At least the share of a plain client less 1 point, and of the peer less 2 points.</summary>
    public static void ShareIsNotBelowOthers(Scenario scenario, ITestOutputHelper output, SimulatedClient? client = null)
    {
        var ours = Runs(scenario, client ?? SimulatedClient.Resilient, output);
        var plain = Runs(scenario, SimulatedClient.Plain, output);
        var peer = Runs(scenario, SimulatedClient.Peer, output);
        Assert.InRange(Share(ours), Math.Max(Share(plain) - 0.01, Share(peer) - 0.02), 1);
    }

    /// <summary>From the first call on: at least the share of a plain client less 1 point.</summary>
    public static void ShareIsNotBelowPlainFromTheStart(Scenario scenario, ITestOutputHelper output)
    {
        var ours = Runs(scenario, SimulatedClient.Resilient, output);
        var plain = Runs(scenario, SimulatedClient.Plain, output);
        Assert.InRange(Median(ours, run => run.Availability), Median(plain, run => run.Availability) - 0.01, 1);
    }

    public static void ShareIsAtLeast(double goal, Scenario scenario, ITestOutputHelper output) =>
        Assert.InRange(Share(Runs(scenario, SimulatedClient.Resilient, output)), goal, 1);

    public static void WorstSecondIsAtMost(double goal, Scenario scenario, ITestOutputHelper output) =>
        WorstIsAtMost(goal, seconds: 1, scenario, output);

    /// <summary>
    /// In the worst time of a hundred calls: a second at 300 calls a second, five seconds at 20. It is for goals that chance, or a single
    /// call with its three retries, would decide in a second of 20 calls.
    /// </summary>
    public static void WorstHundredCallsAreAtMost(double goal, Scenario scenario, ITestOutputHelper output) =>
        WorstIsAtMost(goal, (int)Math.Ceiling(100 / scenario.Rate), scenario, output);

    public static void RecoversWithin(
        int seconds, int well, Scenario scenario, ITestOutputHelper output, SimulatedClient? client = null)
    {
        var runs = Runs(scenario, client ?? SimulatedClient.Resilient, output);
        Assert.InRange(Median(runs, run => run.Timeline.SecondsToRecover(well) ?? double.PositiveInfinity), 0, seconds);
    }

    /// <summary>
    /// While the service can do less than is asked of it: at least this share of what the best of the others gets answered in time.
    /// </summary>
    public static void GoodputIsAtLeast(
        double share, int from, int to, Scenario scenario, ITestOutputHelper output, SimulatedClient? ours = null)
    {
        var best = Math.Max(Goodput(SimulatedClient.Plain), Goodput(SimulatedClient.Peer));
        Assert.InRange(Goodput(ours ?? SimulatedClient.Resilient), share * best, double.PositiveInfinity);

        double Goodput(SimulatedClient client) => Median(Runs(scenario, client, output), run => run.Timeline.AnsweredPerSecond(from, to));
    }

    public static double Median(SimulationResult[] runs, Func<SimulationResult, double> figure) =>
        runs.Select(figure).Order().ElementAt(runs.Length / 2);

    public static SimulationResult[] Runs(Scenario scenario, SimulatedClient client, ITestOutputHelper output)
    {
        var runs = scenario.Runs(client);
        foreach (var run in runs)
        {
            output.WriteLine($"{client}: {run}");
        }

        return runs;
    }

    private static void WorstIsAtMost(double goal, int seconds, Scenario scenario, ITestOutputHelper output) =>
        Assert.InRange(Median(Runs(scenario, SimulatedClient.Resilient, output), run => run.MostSendsPerCall(seconds)), 0, goal);

    private static double Share(SimulationResult[] runs) => Median(runs, static run => run.SettledShareInTime());
}
