using System.Globalization;
using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Processes;
using StackExchange.Redis;

namespace Resilience.Http.Benchmarks.Fleet.Quota;

/// <summary>
/// <c>-- fleet --quota</c>: twenty replicas in four processes share a quota of 100 requests per second, with uneven load: below the quota,
/// above it, and far above it.
/// </summary>
internal static class QuotaCommand
{
    public const int Replicas = 20;
    public const int Permits = 100;

    private const int Processes = 4;

    private static readonly int[] Loads = [60, 130, 400];

    public static async Task<int> RunAsync(int seconds)
    {
        await using var store = await StoreServer.StartAsync();
        await using var service = await OutageService.StartAsync();
        ChildProcess[] processes =
        [
            .. Enumerable.Range(0, Processes).Select(i => ChildProcess.Start(
                QuotaProcess.Command, $"{i * Replicas / Processes}", $"{Replicas / Processes}", service.Address, store.Address)),
        ];
        try
        {
            await Task.WhenAll(processes.Select(static process => process.ReadLineAsync()));
            var tables = await MeasureAsync(processes, service, store, seconds);
            Console.WriteLine($"{Machine.Describe()}, {StoreServer.Name}, {seconds} s each\n\n{tables}");
            return 0;
        }
        finally
        {
            await Task.WhenAll(processes.Select(static process => process.DisposeAsync().AsTask()));
        }
    }

    private static async Task<string> MeasureAsync(
        ChildProcess[] processes, OutageService service, StoreServer store, int seconds)
    {
        await TellAsync(processes, "warm-up|60");
        await Task.Delay(TimeSpan.FromSeconds(10));
        List<QuotaPhase> phases = [];
        foreach (var load in Loads)
        {
            Progress.Report($"fleet: {load} calls per second, {seconds} s");
            var (name, from, commands) = ($"{load}", UnixClock.Now, await CommandsAsync(store));
            await TellAsync(processes, $"{name}|{load}");
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            phases.Add(new(name, from, UnixClock.Now, await CommandsAsync(store) - commands));
        }

        await TellAsync(processes, QuotaProcess.End);
        Progress.Clear();
        var lines = await Task.WhenAll(processes.Select(static process => process.ReadLineAsync()));
        QuotaJournal[] journals = [.. lines.Select(QuotaJournal.Parse)];
        double[] sends = [.. journals.SelectMany(static journal => journal.Sends).Order()];
        QuotaCall[] calls = [.. journals.SelectMany(static journal => journal.Calls)];
        return $"{QuotaPhase.Table(phases, sends, [.. service.ArrivalTimes.Order()], calls)}\n\n" +
            $"The replicas logged {journals.Sum(static journal => journal.Warnings)} times that the store was lost.";
    }

    private static Task TellAsync(ChildProcess[] processes, string line) =>
        Task.WhenAll(processes.Select(process => process.WriteLineAsync(line)));

    /// <summary>The scripts that the server ran, by its own statistics.</summary>
    private static async Task<long> CommandsAsync(StoreServer store)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{store.Address},allowAdmin=true");
        var statistics = await connection.GetServer(store.Address).InfoAsync("commandstats");
        return statistics.SelectMany(static group => group)
            .Where(static line => line.Key is "cmdstat_evalsha" or "cmdstat_eval")
            .Sum(static line => long.Parse(line.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture));
    }
}
