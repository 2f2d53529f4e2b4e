using OutageDemo.Demo;
using OutageDemo.Downstreams;
using OutageDemo.Startup;
using Resilience.Http;

namespace OutageDemo.Replicas;

/// <summary>
/// <c>--replicas N</c>: starts the replicas in this process. They share a store in memory: it follows the same rules as Redis, and needs
/// neither a server nor its packages.
/// </summary>
internal static class ReplicaHosts
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        int count,
        CommandLine commandLine,
        DownstreamServices downstreams,
        Action<WebApplicationBuilder> addServices,
        Action<WebApplication> mapEndpoints)
    {
        var store = new InMemoryFleetStore();
        var replicas = new List<OrderReplica>();
        try
        {
            for (var number = 1; number <= count; number++)
            {
                replicas.Add(await StartAsync(number));
            }

            return await new ReplicasRun(replicas, downstreams.Find(DemoPlan.Service)!, replicas[0].Stopping).RunAsync();
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }

        async Task<OrderReplica> StartAsync(int number)
        {
            var builder = ApiBuilder.Create(commandLine);
            builder.Configuration.AddInMemoryCollection(
            [
                new("Urls", "http://127.0.0.1:0"),
                new($"ResilientHttpClients:Clients:{DemoPlan.Service}:Fleet:Enabled", "true"),
                .. downstreams.All.Select(static service => KeyValuePair.Create(
                    $"ResilientHttpClients:Clients:{service.Name}:BaseAddress", (string?)service.Address.AbsoluteUri)),
            ]);
            addServices(builder);
            builder.Services.AddReplica(number, store);
            var app = builder.Build();
            mapEndpoints(app);
            await app.StartAsync();
            return new(number, app);
        }
    }

    private static void AddReplica(this IServiceCollection services, int number, IFleetStore store)
    {
        services.AddResilienceFleet(fleet =>
        {
            fleet.ReplicaName = $"replica-{number}";
            fleet.UseStore(store);
        });
        services.AddSingleton<ReplicaNetwork>();
        services.AddTransient<ReplicaNetwork.Handler>();
        services.AddHttpClient(DemoPlan.Service).AddHttpMessageHandler<ReplicaNetwork.Handler>(); // added after the chain: runs inside it
    }
}
