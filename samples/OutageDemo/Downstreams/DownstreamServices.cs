using OutageDemo.Startup;

namespace OutageDemo.Downstreams;

/// <summary>The three services that the order API calls. Each listens at the address of its client.</summary>
internal sealed class DownstreamServices : IAsyncDisposable
{
    /// <summary>The services, in the order of their ports.</summary>
    public static readonly IReadOnlyList<string> Names = ["inventory", "payments", "recommendations"];

    private readonly List<DownstreamService> _services = [];

    private DownstreamServices()
    {
    }

    public IReadOnlyList<DownstreamService> All => _services;

    public PaymentsStandIn Payments { get; } = new();

    public DownstreamService? Find(string name) => _services.Find(service => service.Name == name);

    /// <summary>Starts all three. If a client's address has port 0, it gets the port that the system chose.</summary>
    public static async Task<DownstreamServices> StartAsync(ConfigurationManager configuration)
    {
        var services = new DownstreamServices();
        try
        {
            await services.AddAsync("inventory", InventoryStandIn.Map, configuration);
            await services.AddAsync("payments", services.Payments.Map, configuration);
            await services.AddAsync("recommendations", RecommendationsStandIn.Map, configuration);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }

        return services;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    private async Task AddAsync(string name, Action<IEndpointRouteBuilder> endpoints, ConfigurationManager configuration)
    {
        var key = $"ResilientHttpClients:Clients:{name}:BaseAddress";
        if (!Uri.TryCreate(configuration[key], UriKind.Absolute, out var wanted)
            || wanted.Scheme != Uri.UriSchemeHttp
            || !wanted.IsLoopback)
        {
            throw new StartupException($"{key} = \"{configuration[key]}\": the stand-in services listen on loopback. Use an address such " +
                $"as http://127.0.0.1:5082/.");
        }

        var service = await DownstreamService.StartAsync(name, endpoints, wanted.Port);
        _services.Add(service);
        configuration.AddInMemoryCollection([new(key, service.Address.AbsoluteUri)]);
    }
}
