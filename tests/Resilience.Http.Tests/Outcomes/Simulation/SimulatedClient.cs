using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>A client as an app registers it.</summary>
internal sealed record SimulatedClient(string Name, Action<IServiceCollection> Register)
{
    public const string ServiceName = "service";

    /// <summary>No chain at all.</summary>
    public static readonly SimulatedClient Plain = new("plain HttpClient", static services => services.AddHttpClient(ServiceName));

    /// <summary>The chain with its defaults.</summary>
    public static readonly SimulatedClient Resilient = new("AddResilientHttpClient", static services => services.AddResilientHttpClient(ServiceName));

    /// <summary>Retries that nothing holds back: for failures of a part of the service no contender can do better.</summary>
    public static readonly SimulatedClient Retrying = Configured("retries alone", static options =>
    {
        options.CircuitBreaker.Enabled = false;
        options.Retry.Budget.Enabled = false;
    });

    public static SimulatedClient Configured(string name, Action<ResilientHttpClientOptions> configure) =>
        new(name, services => services.AddResilientHttpClient(ServiceName, configure));

    public override string ToString() => Name;
}
