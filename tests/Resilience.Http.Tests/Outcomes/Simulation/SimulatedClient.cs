using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>A client as an app registers it.</summary>
internal sealed record SimulatedClient(string Name, Action<IServiceCollection> Register)
{
    public const string ServiceName = "service";

    /// <summary>No chain at all.</summary>
    public static readonly SimulatedClient Plain = new("plain HttpClient", static services => services.AddHttpClient(ServiceName));

    /// <summary>The chain with its defaults.</summary>
    public static readonly SimulatedClient Resilient = new(
        "AddResilientHttpClient", static services => services.AddResilientHttpClient(ServiceName));

    /// <summary>Polly's strategies with the defaults of Microsoft.Extensions.Http.Resilience.</summary>
    public static readonly SimulatedClient Peer = new("Polly with the defaults of Http.Resilience", static services =>
        services
            .AddHttpClient(ServiceName)
            .AddHttpMessageHandler(static provider => new PollyPeer(provider.GetRequiredService<TimeProvider>())));

    public static SimulatedClient Configured(string name, Action<ResilientHttpClientOptions> configure) =>
        new(name, services => services.AddResilientHttpClient(ServiceName, configure));

    public SimulationResult Run(SimulatedService service, SimulatedLoad load, int seed, TimeSpan? limit = null) =>
        Simulate.Run(new SimulationOptions
        {
            Service = service,
            Load = load,
            ClientName = ServiceName,
            Register = Register,
            Seed = seed,
            AnsweredWithin = limit ?? TimeSpan.FromSeconds(10),
        });

    public override string ToString() => Name;
}
