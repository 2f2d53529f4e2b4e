using Microsoft.Extensions.Hosting;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Growth;

/// <summary><c>-- growth</c>: what many clients and many authorities cost: per call, in memory, and at start.</summary>
internal static class GrowthCommand
{
    private static readonly Fleet[] Fleets = [Fleet.Bare, Fleet.Polly, Fleet.Mehr, Fleet.Ours];

    public static async Task<int> RunAsync(bool quick)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(50)) : new MeasurementPlan(9, TimeSpan.FromMilliseconds(300));

        Console.WriteLine(
            $"""
            Growth: the same calls through more and more clients of one host, one caller, 200 answered synchronously from memory. "ns/call"
            is the median of {pace.Rounds} slices that run in turn; "times" is that over the first line's, slice against neighbouring slice:
            median (lowest-highest); "CPU" is the same for processor time.

            {Machine.Describe()}
            """);

        foreach (var clients in (int[])[1, 100, 1_000, 3_000, 10_000])
        {
            await PrintCallsAsync($"named clients called in turn: {clients:N0}", clients, called: clients, authorities: 1, pace);
        }

        foreach (var called in (int[])[1, 100])
        {
            await PrintCallsAsync(
                $"named clients: 10,000, of which this many are called in turn: {called:N0}",
                clients: 10_000,
                called,
                authorities: 1,
                pace);
        }

        foreach (var authorities in (int[])[1, 1_000])
        {
            await PrintCallsAsync($"authorities of one client called in turn: {authorities:N0}", clients: 1, called: 1, authorities, pace);
        }

        await PrintMemoryAsync();
        await PrintStartAsync(rounds: pace.Rounds);
        return 0;
    }

    private static async Task PrintCallsAsync(string title, int clients, int called, int authorities, MeasurementPlan pace)
    {
        var hosts = new List<IHost>();
        var runners = new List<Runner>();
        foreach (var fleet in Fleets)
        {
            var host = await fleet.StartAsync(clients);
            hosts.Add(host);
            var created = Fleet.CreateClients(host, clients);
            var addresses = Case.AddressesOf(authorities);
            await CallOnceAsync(created, addresses);
            var callAsync = InTurn(Spread(created, called), addresses);
            runners.Add(new Runner(fleet.Name, duration => ClosedLoop.Run(callAsync, callers: 1, duration)));
        }

        var results = Alternation.Run(title, runners, pace);
        var table = new MarkdownTable("registered with", "ns/call", "B/call", "times", "CPU");
        foreach (var fleet in results)
        {
            table.Add(
                fleet.Name,
                $"{fleet.Median(sample => sample.NanosecondsPerCall):0}",
                $"{fleet.Median(sample => sample.BytesPerCall):N0}",
                $"{fleet.RatioTo(results[0], sample => sample.NanosecondsPerCall)}",
                $"{fleet.RatioTo(results[0], sample => sample.CpuNanosecondsPerCall)}");
        }

        Print(title, table);
        hosts.ForEach(host => host.Dispose());
    }

    /// <summary>Also what is not called any more has all that a client in use has.</summary>
    private static async Task CallOnceAsync(HttpClient[] clients, Uri[] addresses)
    {
        foreach (var client in clients)
        {
            foreach (var address in addresses)
            {
                await Case.GetAsync(client, address);
            }
        }
    }

    /// <summary>Some of the clients, as far from each other as can be: neighbours would share what is fetched from memory.</summary>
    private static HttpClient[] Spread(HttpClient[] clients, int called) =>
        [.. Enumerable.Range(0, called).Select(i => clients[i * (clients.Length / called)])];

    /// <summary>A caller that goes round all clients and all authorities.</summary>
    private static Func<Task> InTurn(HttpClient[] clients, Uri[] addresses)
    {
        var next = 0;
        return () =>
        {
            var i = next++ & int.MaxValue;
            return Case.GetAsync(clients[i % clients.Length], addresses[i % addresses.Length]);
        };
    }

    private static async Task PrintMemoryAsync()
    {
        const int Clients = 10_000;
        const int Authorities = 1_000;

        var (one, many) = (Case.AddressesOf(1), Case.AddressesOf(Authorities));
        var table = new MarkdownTable("registered with", "B/idle client", "B/authority");
        foreach (var fleet in Fleets)
        {
            Progress.Report($"growth: memory with {fleet.Name}");
            await HeldByAsync(fleet, clients: 1, many); // what exists once in the process is not counted
            var perClient = await HeldByAsync(fleet, Clients, one) / Clients;
            var perAuthority = (await HeldByAsync(fleet, clients: 1, many) - await HeldByAsync(fleet, clients: 1, one)) / Authorities;
            table.Add(fleet.Name, $"{perClient:N0}", $"{perAuthority:N0}");
        }

        Progress.Clear();
        Print(
            $"memory held after a full collection: {Clients:N0} clients that made one call each, {Authorities:N0} authorities called once",
            table);
    }

    private static async Task<long> HeldByAsync(Fleet fleet, int clients, Uri[] addresses)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var host = await fleet.StartAsync(clients);
        var created = Fleet.CreateClients(host, clients);
        await CallOnceAsync(created, addresses);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(created);
        return held;
    }

    private static async Task PrintStartAsync(int rounds)
    {
        const int Clients = 1_000;

        var series = Array.ConvertAll(Fleets, fleet => new Series(fleet.Name));
        for (var round = 0; round < rounds; round++)
        {
            Progress.Report($"growth: start {round + 1} of {rounds}");
            for (var i = 0; i < Fleets.Length; i++)
            {
                var meter = Meter.Start();
                using var host = await Fleets[i].StartAsync(Clients);
                Fleet.CreateClients(host, Clients);
                series[i].Add(meter.Stop(calls: 1));
            }
        }

        var table = new MarkdownTable("registered with", "ms", "MB allocated", "times");
        foreach (var fleet in series)
        {
            table.Add(
                fleet.Name,
                $"{fleet.Median(sample => sample.Elapsed.TotalMilliseconds):0.0}",
                $"{fleet.Median(sample => sample.Bytes) / 1e6:0.0}",
                $"{fleet.RatioTo(series[0], sample => sample.Elapsed.TotalMilliseconds)}");
        }

        Progress.Clear();
        Print($"start of a host with {Clients:N0} clients, each created once", table);
    }

    private static void Print(string title, MarkdownTable table)
    {
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Console.WriteLine(table);
    }
}
