using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Benchmarks.Outcomes.Processes;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>Two outages of the service, and one of the store, for the same replicas.</summary>
internal sealed class FleetRun : IAsyncDisposable
{
    public const string StoreThere = "there";
    public const string StoreKilled = "killed";
    public const string StoreAgain = "there again";

    private const int Processes = 4;
    private const double DownFor = 13;
    private const double RecoverFor = 14;

    private readonly int _replicas;
    private readonly StoreServer _store;
    private readonly OutageService _service;
    private readonly ChildProcess[] _processes;

    private FleetRun(int replicas, StoreServer store, OutageService service)
    {
        (_replicas, _store, _service) = (replicas, store, service);
        _processes =
        [
            .. Enumerable.Range(0, Processes).Select(i => (First: First(i), Count: First(i + 1) - First(i)))
                .Select(part => ChildProcess.Start(
                    ReplicaProcess.Command, $"{part.First}", $"{part.Count}", service.Address, store.Address)),
        ];

        int First(int process) => replicas * process / Processes;
    }

    /// <summary>How many of the replicas call often in the outage in which the others call once a second.</summary>
    public int Busy => _replicas * 6 / 10;

    public static async Task<FleetRun> StartAsync(int replicas)
    {
        var run = new FleetRun(replicas, await StoreServer.StartAsync(), await OutageService.StartAsync());
        try
        {
            await Task.WhenAll(run._processes.Select(static process => process.ReadLineAsync()));
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <param name="storeGoneFor">For how many seconds the store is gone.</param>
    public async Task<FleetResult> MeasureAsync(int storeGoneFor)
    {
        await TellAsync("start");
        await PassAsync("warm-up", 6);
        var usual = await OutageAsync($"{_replicas} at 20 calls/s");
        await TellAsync($"{ReplicaProcess.RareFrom}{Busy}");
        await PassAsync("calm", 3);
        var rare = await OutageAsync($"{Busy} at 20, {_replicas - Busy} at 1 call/s");
        await TellAsync($"{ReplicaProcess.RareFrom}{_replicas}");
        await PassAsync("calm", 5);

        await PassAsync(StoreThere, 15);
        await TellAsync(ReplicaProcess.Phase + StoreKilled);
        var killedAt = FleetClock.Now;
        await _store.KillAsync();
        await PassAsync(StoreKilled, storeGoneFor);
        await TellAsync(ReplicaProcess.Phase + StoreAgain);
        var storeBackAt = FleetClock.Now; // Some replicas find it before this process does.
        await _store.LaunchAsync();
        await PassAsync(StoreAgain, 8);

        await TellAsync("end");
        var parts = await Task.WhenAll(_processes.Select(static process => process.ReadLineAsync()));
        var figures = ReplicaFigures.Merge([.. parts.Select(ReplicaFigures.Parse)]);
        return new(_replicas, [usual, rare], (killedAt, storeBackAt), _service.Arrivals, figures);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _service.DisposeAsync();
        await _store.DisposeAsync();
    }

    private async Task<Outage> OutageAsync(string title)
    {
        var downAt = FleetClock.Now;
        _service.IsDown = true;
        await PassAsync("the service is down", DownFor);
        var upAt = FleetClock.Now;
        _service.IsDown = false;
        await PassAsync("the service is back", RecoverFor);
        return new(title, downAt, upAt, FleetClock.Now);
    }

    private async Task PassAsync(string phase, double seconds)
    {
        Progress.Report($"fleet: {phase}, {seconds} s");
        await TellAsync(ReplicaProcess.Phase + phase);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
    }

    private Task TellAsync(string line) => Task.WhenAll(_processes.Select(process => process.WriteLineAsync(line)));
}
