using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Gate;
using Resilience.Http.Benchmarks.Growth;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Measuring;
using ClientFleet = Resilience.Http.Benchmarks.Growth.Fleet;

namespace Resilience.Http.Benchmarks.Goals;

/// <summary><c>-- goals</c>: the figures that the library has set itself, each beside its goal, in one table.</summary>
internal static class GoalsCommand
{
    private static readonly ClientFleet[] Fleets = [ClientFleet.Bare, ClientFleet.Ours];

    public static async Task<int> RunAsync(bool quick)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(60)) : new MeasurementPlan(15, TimeSpan.FromMilliseconds(400));
        var table = new MarkdownTable("what", "now", "goal");
        using (var kestrel = KestrelProcess.Start())
        {
            AddSockets(table, pace, kestrel.Address);
        }

        AddCalls(table, pace);
        await AddGrowthAsync(table, pace);
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine(table);
        return 0;
    }

    /// <summary>OpenTelemetry comes last: it hears HttpClient, which has one source for the whole process.</summary>
    private static void AddSockets(MarkdownTable table, MeasurementPlan pace, Uri server)
    {
        var silent = Run(LoopScenarios.OverSockets(server), pace);
        table.Add("CPU that the chain adds over loopback, against what Http.Resilience adds", $"{Added(silent)}", "<= 0.10");
        var heard = Run(LoopScenarios.WithOpenTelemetry(server), pace);
        table.Add("the same with the OpenTelemetry SDK on for both", $"{Added(heard)}", "<= 0.30");
        table.Add("CPU with the OpenTelemetry SDK, over AddHttpClient with it", $"{Cpu(heard[^1], heard[0])}", "<= 1.10");
    }

    private static void AddCalls(MarkdownTable table, MeasurementPlan pace)
    {
        var heard = Run(LoopScenarios.Heard, pace);
        table.Add("200 synchronous, spans and metrics heard, over bare: CPU", $"{Cpu(heard[^1], heard[0])}", "<= 2.2");
        table.Add("bare with a hand-written span and duration heard, over bare: CPU", $"{Cpu(heard[1], heard[0])}", "");
        table.Add("CPU that being heard adds to the chain, over what hand-written ones add", $"{Added([.. heard.Skip(2)])}", "<= 1.3");
        table.Add("200 synchronous, spans and metrics heard: bytes of the call", Bytes(heard[^1]), "<= 1,400");
        table.Add("bare with a hand-written span and duration heard: bytes", Bytes(heard[1]), "");
        var registered = Run(LoopScenarios.AsRegistered, pace);
        table.Add("200 asynchronous as registered, 64 callers, over AddHttpClient: CPU", $"{Cpu(registered[^1], registered[0])}", "<= 1.4");
        var headers = new GateLine(
            "", Case.SynchronousWithoutHeaders.Connect, Clients.Ours, Clients.BareWithoutTimeout, Limit: 0).Measure();
        table.Add("a request without headers, synchronous: bytes beyond bare", $"{headers}", "0");
    }

    private static async Task AddGrowthAsync(MarkdownTable table, MeasurementPlan pace)
    {
        var starts = await GrowthMeasurements.StartsAsync(Fleets, pace.Rounds);
        table.Add("start of a host with 1,000 clients, over AddHttpClient: CPU", $"{Cpu(starts[1], starts[0])}", "<= 1.25");
        var calls = await GrowthMeasurements.CallsAsync("goals: 10,000 clients", Fleets, 10_000, 10_000, authorities: 1, pace);
        table.Add("10,000 clients called in turn, over AddHttpClient: CPU", $"{Cpu(calls[1], calls[0])}", "<= 1.4");
        Progress.Report("goals: memory");
        table.Add("idle client after its first call, AddHttpClient: KB", Kilobytes(await IdleAsync(ClientFleet.Bare)), "");
        table.Add("the same, resilient, optional features off: KB", Kilobytes(await IdleAsync(ClientFleet.Ours)), "<= 3.1");
        table.Add("the same, all features on: KB", Kilobytes(await IdleAsync(ClientFleet.OursWithFeatures)), "<= 4");
        table.Add("a circuit, one of 1,000: KB", Kilobytes(await GrowthMeasurements.BytesPerAuthorityAsync(ClientFleet.Ours)), "<= 0.6");
        Progress.Clear();
    }

    private static Task<long> IdleAsync(ClientFleet fleet) => GrowthMeasurements.BytesPerIdleClientAsync(fleet);

    private static IReadOnlyList<Series> Run(Scenario scenario, MeasurementPlan pace) =>
        Alternation.Run($"goals: {scenario.Title}", scenario.Runners(), pace);

    private static Spread Cpu(Series mine, Series theirs) => mine.RatioTo(theirs, sample => sample.CpuNanosecondsPerCall);

    /// <summary>What the last client adds to the first one, over what the one before the last adds to it, slice by slice.</summary>
    private static Spread Added(IReadOnlyList<Series> clients) => Spread.Of(Enumerable.Range(0, clients[0].Samples.Count).Select(i =>
        (Cost(clients[^1], i) - Cost(clients[0], i)) / (Cost(clients[^2], i) - Cost(clients[0], i))));

    private static double Cost(Series client, int slice) => client.Samples[slice].CpuNanosecondsPerCall;

    private static string Bytes(Series client) => $"{client.Median(sample => sample.BytesPerCall):N0}";

    private static string Kilobytes(long bytes) => $"{bytes / 1e3:0.00}";
}
