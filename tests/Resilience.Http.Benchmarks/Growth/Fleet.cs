using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Growth;

/// <summary>Many named clients in one host, all registered the same way, over a server in memory.</summary>
internal sealed record Fleet(string Name, Func<IServiceCollection, string, IHttpClientBuilder> Register)
{
    public static readonly Fleet Bare = new("AddHttpClient", (services, name) => services.AddHttpClient(name));

    public static readonly Fleet Polly =
        new(
            "AddHttpClient, Polly.Core",
            (services, name) =>
                services.AddHttpClient(name).AddHttpMessageHandler(static () => new PollyHandler(PollyPipelines.WithFigures())));

    public static readonly Fleet Mehr = new("AddHttpClient, Http.Resilience standard", static (services, name) =>
    {
        var builder = services.AddHttpClient(name);
        builder.AddStandardResilienceHandler();
        return builder;
    });

    public static readonly Fleet Ours = new("AddResilientHttpClient", (services, name) => services.AddResilientHttpClient(name));

    /// <summary>All optional features on, with their defaults.</summary>
    public static readonly Fleet OursWithFeatures =
        new("AddResilientHttpClient, all features on", static (services, name) => services.AddResilientHttpClient(name, static options =>
        {
            options.Hedging.Enabled = true;
            options.ConcurrencyLimit.Enabled = true;
            options.RateLimit = new() { Enabled = true, Permits = 1_000 };
            options.Deadline.Propagate = true;
            options.Fallback.StatusCode = System.Net.HttpStatusCode.OK;
            options.Endpoints.Addresses = [.. Case.AddressesOf(2).Select(static address => new HttpEndpoint(new Uri(address, "/")))];
        }));

    public static string NameOf(int client) => $"service-{client}";

    /// <summary>A host that has started, which is when registrations are read and checked.</summary>
    public async Task<IHost> StartAsync(int clients)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        for (var i = 0; i < clients; i++)
        {
            Register(builder.Services, NameOf(i))
                .ConfigurePrimaryHttpMessageHandler(static () => new SynchronousServer())
                // Otherwise timers hold what a host leaves for two minutes, while the next is measured.
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        }

        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public static HttpClient[] CreateClients(IHost host, int clients)
    {
        var factory = host.Services.GetRequiredService<IHttpClientFactory>();
        return [.. Enumerable.Range(0, clients).Select(i => factory.CreateClient(NameOf(i)))];
    }
}
