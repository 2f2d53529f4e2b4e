using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing.Simulation;

/// <summary>One replica of the app: a container of its own with the client.</summary>
internal sealed class SimulatedReplica : IDisposable
{
    private readonly ServiceProvider _services;

    public SimulatedReplica(SimulationOptions options, HttpMessageHandler network, VirtualTimeProvider clock, int seed)
    {
        var services = new ServiceCollection();
        services.AddSingleton(options.Configuration ?? new ConfigurationBuilder().Build());
        if (options.Register is { } register)
        {
            register(services);
        }
        else
        {
            services.AddResilientHttpClient(options.ClientName, options.Configure ?? (static _ => { }));
        }

        services.AddHttpClient(options.ClientName).ConfigurePrimaryHttpMessageHandler(() => network);
        _services = services.AddSingleton<TimeProvider>(clock).UseSeededChance(seed).BuildServiceProvider();
        Client = _services.GetRequiredService<IHttpClientFactory>().CreateClient(options.ClientName);
        Client.Timeout = Timeout.InfiniteTimeSpan; // it runs on the system's clock
    }

    public HttpClient Client { get; }

    public void Dispose() => _services.Dispose();
}
