using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Processes;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>
/// <c>-- endpoints</c>: a service of three instances, of which some are killed and brought back, and one becomes slow. Each client has a
/// process and three instances of its own, and all run at the same time.
/// </summary>
internal static class EndpointsCommand
{
    /// <summary>Each in about 5 ms, as many at the same time as come.</summary>
    private static readonly ServiceShape Service = new(
        Backends: 3, Workers: 10_000, ServiceMilliseconds: 5, Queue: 10_000, Balancing: null);

    /// <summary>What happens, and for how many seconds the load then goes on.</summary>
    private static readonly (EndpointsPhase Phase, int Seconds, Func<Deployment, Task> ActAsync)[] Steps =
    [
        (EndpointsPhase.OneDead, 10, static servers => servers.KillAsync(0)),
        (EndpointsPhase.OneBack, 15, static servers => servers.StartAsync(0)),
        (EndpointsPhase.TwoDead, 10, static servers => Task.WhenAll(servers.KillAsync(0), servers.KillAsync(1))),
        (EndpointsPhase.TwoBack, 15, static servers => Task.WhenAll(servers.StartAsync(0), servers.StartAsync(1))),
        (EndpointsPhase.AllDead, 5, static servers => Task.WhenAll(Enumerable.Range(0, 3).Select(servers.KillAsync))),
        (EndpointsPhase.AllBack, 15, static servers => Task.WhenAll(Enumerable.Range(0, 3).Select(servers.StartAsync))),
        (EndpointsPhase.OneSlow, 20, static servers => servers.CommandAsync(0, "slow 1 195")),
        (EndpointsPhase.End, 0, static _ => Task.CompletedTask),
    ];

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string? page)
    {
        Progress.Report($"endpoints: {WarmUp.TotalSeconds + Steps.Sum(static step => step.Seconds)} s");
        var figures = await Task.WhenAll(EndpointsContender.All.Select(MeasureAsync));
        Progress.Clear();

        var tables = $"{Machine.Describe()}\n\n{Render(figures)}";
        Console.WriteLine(tables);
        if (page is not null)
        {
            await MarkedPage.WriteAsync(page, tables);
        }

        return 0;
    }

    private static string Render(EndpointsFigures[] figures)
    {
        var lost = new MarkdownTable("calls lost, GET / POST", "one dead", "two dead", "all dead");
        var traffic = new MarkdownTable("client", "stops after", "returns after", "first second", "p99 ms, one slow", "to round robin");
        var roundRobin = figures[Array.IndexOf(EndpointsContender.All, EndpointsContender.RoundRobin)].P99;
        foreach (var (contender, result) in EndpointsContender.All.Zip(figures))
        {
            lost.Add(
                contender.Title,
                $"{result.LostIn(EndpointsPhase.OneDead)}",
                $"{result.LostIn(EndpointsPhase.TwoDead)}",
                $"{result.LostIn(EndpointsPhase.AllDead)}");
            traffic.Add(
                contender.Title,
                result.StopsAfter is { } stops ? $"{stops:0.00} s" : "never",
                result.ReturnsAfter is { } returns ? $"{returns:0.0} s" : "never",
                $"{result.FirstSecond:0.00}",
                $"{result.P99:0}",
                $"{result.P99 / roundRobin:0.00}");
        }

        return $"{lost}\n\n{traffic}\n\nThe load came at most {figures.Max(static result => result.LoadWasLate):0} ms late.";
    }

    private static async Task<EndpointsFigures> MeasureAsync(EndpointsContender contender)
    {
        await using var servers = await Deployment.StartAsync(Service);
        await using var client = ChildProcess.Start(
            [EndpointsClient.Command, contender.Key, .. servers.Addresses.Select(static address => $"{address}")]);
        await client.ReadLineAsync();
        await client.WriteLineAsync("start");
        await Task.Delay(WarmUp);
        foreach (var (phase, seconds, actAsync) in Steps)
        {
            if (phase is EndpointsPhase.OneBack or EndpointsPhase.TwoBack or EndpointsPhase.AllBack)
            {
                await actAsync(servers); // It is back when it listens.
                await client.WriteLineAsync($"{phase}");
            }
            else
            {
                await client.WriteLineAsync($"{phase}");
                await actAsync(servers);
            }

            await Task.Delay(TimeSpan.FromSeconds(seconds));
        }

        return EndpointsFigures.Parse(await client.ReadLineAsync());
    }
}
