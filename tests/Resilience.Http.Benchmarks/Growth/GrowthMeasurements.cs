using Microsoft.Extensions.Hosting;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Growth;

/// <summary>What many clients and many authorities cost: time per call, memory, and the start of their host.</summary>
internal static class GrowthMeasurements
{
    private const int ClientsInMemory = 10_000;
    private const int AuthoritiesInMemory = 1_000;
    private const int ClientsAtStart = 1_000;

    /// <summary>Calls the clients of each fleet in turn; the fleets alternate.</summary>
    /// <param name="title">For the progress.</param>
    /// <param name="fleets">The ways to register the clients.</param>
    /// <param name="clients">How many clients each host has.</param>
    /// <param name="called">How many of them are called.</param>
    /// <param name="authorities">How many authorities each of them calls.</param>
    /// <param name="pace">How often, and how long.</param>
    public static async Task<IReadOnlyList<Series>> CallsAsync(
        string title, Fleet[] fleets, int clients, int called, int authorities, MeasurementPlan pace)
    {
        var hosts = new List<IHost>();
        var runners = new List<Runner>();
        foreach (var fleet in fleets)
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
        hosts.ForEach(host => host.Dispose());
        return results;
    }

    /// <summary>Bytes that a client holds after its first call, registration included.</summary>
    public static async Task<long> BytesPerClientAsync(Fleet fleet)
    {
        var one = Case.AddressesOf(1);
        await HeldByAsync(fleet, clients: 1, one); // what exists once in the process is not counted
        return await HeldByAsync(fleet, ClientsInMemory, one) / ClientsInMemory;
    }

    /// <summary>Bytes that the creation of a client and its first call add to what its registration holds.</summary>
    public static async Task<long> BytesPerIdleClientAsync(Fleet fleet)
    {
        var one = Case.AddressesOf(1);
        await HeldByAsync(fleet, clients: 1, one);
        using var host = await fleet.StartAsync(ClientsInMemory);
        var before = Held();
        var created = Fleet.CreateClients(host, ClientsInMemory);
        await CallOnceAsync(created, one);
        var held = Held() - before;
        GC.KeepAlive(created);
        return held / ClientsInMemory;
    }

    /// <summary>Bytes that each further authority of a client holds.</summary>
    public static async Task<long> BytesPerAuthorityAsync(Fleet fleet)
    {
        var (one, many) = (Case.AddressesOf(1), Case.AddressesOf(AuthoritiesInMemory));
        await HeldByAsync(fleet, clients: 1, many);
        return (await HeldByAsync(fleet, clients: 1, many) - await HeldByAsync(fleet, clients: 1, one)) / AuthoritiesInMemory;
    }

    /// <summary>Starts a host with 1,000 clients and creates each of them once; the fleets alternate.</summary>
    public static async Task<Series[]> StartsAsync(Fleet[] fleets, int rounds)
    {
        var series = Array.ConvertAll(fleets, fleet => new Series(fleet.Name));
        for (var round = -1; round < rounds; round++)
        {
            Progress.Report($"growth: start {round + 1} of {rounds}");
            for (var i = 0; i < fleets.Length; i++)
            {
                var meter = Meter.Start();
                using var host = await fleets[i].StartAsync(ClientsAtStart);
                Fleet.CreateClients(host, ClientsAtStart);
                var sample = meter.Stop(calls: 1);
                if (round >= 0) // The first time, all of it is compiled.
                {
                    series[i].Add(sample);
                }
            }
        }

        Progress.Clear();
        return series;
    }

    private static async Task<long> HeldByAsync(Fleet fleet, int clients, Uri[] addresses)
    {
        var before = Held();
        using var host = await fleet.StartAsync(clients);
        var created = Fleet.CreateClients(host, clients);
        await CallOnceAsync(created, addresses);
        var held = Held() - before;
        GC.KeepAlive(created);
        return held;
    }

    /// <summary>
    /// The bytes that are in use. A forced full collection by <see cref="GC.GetTotalMemory"/> ends when two in a row differ by less than
    /// 5 %, which is more than a thousand circuits take: this one goes on as long as anything is freed.
    /// </summary>
    private static long Held()
    {
        var (held, before) = (GC.GetTotalMemory(forceFullCollection: true), long.MaxValue);
        for (var i = 0; i < 10 && held < before; i++)
        {
            before = held;
            GC.WaitForPendingFinalizers();
            held = GC.GetTotalMemory(forceFullCollection: true);
        }

        return held;
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
}
