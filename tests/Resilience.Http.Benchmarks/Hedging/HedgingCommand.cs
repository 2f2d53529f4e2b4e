using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Processes;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>
/// <c>-- hedging</c>: the tail of a service, and the extra load while it is slow for everyone. Each client has a process and a service of
/// its own, and all run at the same time.
/// </summary>
internal static class HedgingCommand
{
    public static async Task<int> RunAsync(int seconds, string? page)
    {
        Progress.Report($"hedging: {HedgingClient.WarmUpSeconds + seconds + HedgingClient.SlowSeconds} s");
        var figures = await Task.WhenAll(HedgingContender.All.Select(contender => MeasureAsync(contender, seconds)));
        Progress.Clear();

        var table = new MarkdownTable("client", "p50 ms", "p99 ms", "p99.9 ms", "extra sends", "extra while slow", "errors while slow");
        foreach (var (contender, result) in HedgingContender.All.Zip(figures))
        {
            table.Add(
                contender.Title,
                $"{result.P50:0}",
                $"{result.P99:0}",
                $"{result.P999:0}",
                $"{100 * result.Extra:0.0} %",
                $"{100 * result.ExtraWhileSlow:0.0} %",
                $"{100 * result.ErrorsWhileSlow:0.0} %");
        }

        Console.WriteLine($"{Machine.Describe()}\n\n{table}");
        if (page is not null)
        {
            await MarkedPage.WriteAsync(page, $"{Machine.Describe()}\n\n{table}");
        }

        return 0;
    }

    private static async Task<HedgingFigures> MeasureAsync(HedgingContender contender, int seconds)
    {
        await using var server = ChildProcess.Start(TailServer.Command);
        var address = await server.ReadLineAsync();
        await using var client = ChildProcess.Start(HedgingClient.Command, contender.Key, address, $"{seconds}");
        await client.ReadLineAsync();
        await client.WriteLineAsync("start");
        await client.ReadLineAsync();
        await server.WriteLineAsync("10");
        return HedgingFigures.Parse(await client.ReadLineAsync());
    }
}
