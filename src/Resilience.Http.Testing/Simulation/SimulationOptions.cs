using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Testing;

/// <summary>What <see cref="Simulate"/> runs: a client with its settings, a service, and a load.</summary>
public sealed record SimulationOptions
{
    /// <summary>The service that is called.</summary>
    public required SimulatedService Service { get; init; }

    /// <summary>How often it is called, and for how long.</summary>
    public required SimulatedLoad Load { get; init; }

    /// <summary>The name of the client.</summary>
    /// <value>Default: <c>service</c>.</value>
    public string ClientName { get; init; } = "service";

    /// <summary>
    /// The app's configuration. The client is configured as in the app: <c>ResilientHttpClients:Clients:{ClientName}</c> overrides
    /// <c>ResilientHttpClients:Defaults</c>.
    /// </summary>
    /// <value>Default: <see langword="null"/>, the defaults of the package.</value>
    public IConfiguration? Configuration { get; init; }

    /// <summary>Changes the client's settings after the configuration.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Action<ResilientHttpClientOptions>? Configure { get; init; }

    /// <summary>The method of the requests.</summary>
    /// <value>Default: GET.</value>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>
    /// How many replicas of the app call the service. Each has its own circuits and budgets, and an equal share of the calls.
    /// </summary>
    /// <value>Default: 1.</value>
    public int Replicas { get; init; } = 1;

    /// <summary>The seed of all random numbers. The same seed gives exactly the same result.</summary>
    /// <value>Default: 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>How long a call may take to count as answered in time.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan AnsweredWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Registers the client in another way.</summary>
    internal Action<IServiceCollection>? Register { get; init; }
}
