using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>A client as an app registers it, and what it calls: one instance of the service, or the name of the service.</summary>
internal sealed record EndpointsContender(
    string Key, string Title, Func<IServiceCollection, IHttpClientBuilder> Register, string BaseAddress = EndpointsContender.Service)
{
    public const string ClientName = "orders";

    private const string Service = "http://orders/";

    /// <summary>Its selector is round robin, and its latencies are what the others are compared with.</summary>
    public static readonly EndpointsContender RoundRobin = new(
        "discovery", "AddServiceDiscovery", static services => services.AddHttpClient(ClientName).AddServiceDiscovery());

    public static readonly EndpointsContender[] All =
    [
        new("plain", "plain HttpClient, one instance", static services => services.AddHttpClient(ClientName), BaseAddress: ""),
        RoundRobin,
        new("mehr", "Http.Resilience standard, AddServiceDiscovery inside", static services =>
        {
            var builder = services.AddHttpClient(ClientName);
            builder.AddStandardResilienceHandler();
            return builder.AddServiceDiscovery();
        }),
        new("mehr-authority", "Http.Resilience standard by authority, AddServiceDiscovery outside", static services =>
        {
            var builder = services.AddHttpClient(ClientName).AddServiceDiscovery();
            builder.AddStandardResilienceHandler().SelectPipelineByAuthority();
            return builder;
        }),
        new("ours", "Resilience.Http with UseServiceDiscovery", static services =>
            services.AddResilientHttpClient(ClientName).UseServiceDiscovery()),
    ];

    public static EndpointsContender ByKey(string key) => All.First(contender => contender.Key == key);

    /// <summary>What the client calls.</summary>
    /// <param name="first">The first instance of the service.</param>
    public Uri AddressOf(Uri first) => BaseAddress.Length == 0 ? first : new(BaseAddress);
}
