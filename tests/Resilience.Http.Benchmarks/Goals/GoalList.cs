using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Gate;
using Resilience.Http.Benchmarks.Growth;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Measuring;
using ClientFleet = Resilience.Http.Benchmarks.Growth.Fleet;

namespace Resilience.Http.Benchmarks.Goals;

/// <summary>All goals, in the order of the table. What several of them need is measured once, for the first that asks for it.</summary>
internal sealed class GoalList(MeasurementPlan pace) : IDisposable
{
    private static readonly ClientFleet[] Fleets = [ClientFleet.Bare, ClientFleet.Ours];

    private readonly Lazy<KestrelProcess> _kestrel = new(KestrelProcess.Start);

    public IEnumerable<Goal> All => [.. OverSockets(), .. InMemory(), .. ManyClients()];

    public void Dispose()
    {
        if (_kestrel.IsValueCreated)
        {
            _kestrel.Value.Dispose();
        }
    }

    /// <summary>OpenTelemetry comes last: it hears HttpClient, which has one source for the whole process.</summary>
    private Goal[] OverSockets()
    {
        var silent = Run(() => LoopScenarios.OverSockets(_kestrel.Value.Address));
        var heard = Run(() => LoopScenarios.WithOpenTelemetry(_kestrel.Value.Address));
        return
        [
            new("CPU that the chain adds over loopback, against what Http.Resilience adds", () => Added(silent.Value), "<= 0.10"),
            new("the same with the OpenTelemetry SDK on for both", () => Added(heard.Value), "<= 0.30"),
            new("CPU with the OpenTelemetry SDK, over AddHttpClient with it", () => Cpu(heard.Value[^1], heard.Value[0]), "<= 1.10"),
            new("AddHttpClient with a hand-written span and duration and the OpenTelemetry SDK, over the same without them: CPU",
                () => Cpu(heard.Value[1], heard.Value[0])),
        ];
    }

    private Goal[] InMemory()
    {
        var heard = Run(() => LoopScenarios.Heard);
        var registered = Run(() => LoopScenarios.AsRegistered);
        return
        [
            new("200 synchronous, spans and metrics heard, over bare: CPU", () => Cpu(heard.Value[^1], heard.Value[0]), "<= 2.2"),
            new("bare with a hand-written span and duration heard, over bare: CPU", () => Cpu(heard.Value[1], heard.Value[0])),
            new("CPU that being heard adds to the chain, over what hand-written ones add", () => Added([.. heard.Value.Skip(2)]), "<= 1.3"),
            new("200 synchronous, spans and metrics heard: bytes of the call", () => Bytes(heard.Value[^1]), "<= 1,400"),
            new("bare with a hand-written span and duration heard: bytes", () => Bytes(heard.Value[1])),
            new("200 asynchronous as registered, 64 callers, over AddHttpClient: CPU",
                () => Cpu(registered.Value[^1], registered.Value[0]), "<= 1.4"),
            new("a request without headers, synchronous: bytes beyond bare", BytesWithoutHeaders, "0"),
        ];
    }

    private Goal[] ManyClients() =>
    [
        new("start of a host with 1,000 clients, over AddHttpClient: time", StartAsync, "<= 1.25"),
        new("10,000 clients called in turn, over AddHttpClient: CPU", CallsInTurnAsync, "<= 1.4"),
        new("idle client after its first call, AddHttpClient: KB", () => IdleAsync(ClientFleet.Bare)),
        new("idle client, with the chain and its optional features off, which is their default: KB",
            () => IdleAsync(ClientFleet.Ours), "<= 3.1"),
        new("idle client, with all optional features on: KB", () => IdleAsync(ClientFleet.OursWithFeatures)),
        new("a circuit, one of 1,000: KB",
            async () => Kilobytes(await GrowthMeasurements.BytesPerAuthorityAsync(ClientFleet.Ours)), "<= 0.6"),
    ];

    /// <summary>The elapsed time: a start takes 15 ms on one thread, and the system may count processor time in steps of 10 ms.</summary>
    private async Task<string> StartAsync()
    {
        var starts = await GrowthMeasurements.StartsAsync(Fleets, pace.Rounds);
        return $"{starts[1].RatioTo(starts[0], sample => sample.Elapsed.TotalMilliseconds)}";
    }

    private async Task<string> CallsInTurnAsync()
    {
        var calls = await GrowthMeasurements.CallsAsync("goals: 10,000 clients", Fleets, 10_000, 10_000, authorities: 1, pace);
        return Cpu(calls[1], calls[0]);
    }

    private static async Task<string> IdleAsync(ClientFleet fleet) => Kilobytes(await GrowthMeasurements.BytesPerIdleClientAsync(fleet));

    private static string BytesWithoutHeaders() =>
        $"{new GateLine("", Case.SynchronousWithoutHeaders.Connect, Clients.Ours, Clients.BareWithoutTimeout, Limit: 0).Measure()}";

    private Lazy<IReadOnlyList<Series>> Run(Func<Scenario> scenario) => new(() =>
    {
        var run = scenario();
        return Alternation.Run($"goals: {run.Title}", run.Runners(), pace);
    });

    private static string Cpu(Series mine, Series theirs) => $"{mine.RatioTo(theirs, sample => sample.CpuNanosecondsPerCall)}";

    /// <summary>What the last client adds to the first one, over what the one before the last adds to it, slice by slice.</summary>
    private static string Added(IReadOnlyList<Series> clients) => $"{Spread.Of(Enumerable.Range(0, clients[0].Samples.Count).Select(i =>
        (Cost(clients[^1], i) - Cost(clients[0], i)) / (Cost(clients[^2], i) - Cost(clients[0], i))))}";

    private static double Cost(Series client, int slice) => client.Samples[slice].CpuNanosecondsPerCall;

    private static string Bytes(Series client) => $"{client.Median(sample => sample.BytesPerCall):N0}";

    private static string Kilobytes(long bytes) => $"{bytes / 1e3:0.00}";
}
