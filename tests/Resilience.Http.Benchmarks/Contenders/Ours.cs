using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>Our chain with the figures that all contenders share, in both ways in which it can be had.</summary>
internal static class Ours
{
    public const string ServiceName = "bench";

    /// <summary>Through <see cref="ResilientHttpHandler.Create"/>, around a client that is otherwise the bare one.</summary>
    public static Contender Created(string name, Action<ResilientHttpClientOptions>? vary = null, IMeterFactory? meters = null) =>
        new(name, server => new HttpClient(Handler(server, vary, meters)));

    public static HttpMessageHandler Handler(
        HttpMessageHandler server, Action<ResilientHttpClientOptions>? vary = null, IMeterFactory? meters = null)
    {
        var options = new ResilientHttpClientOptions();
        Configure(options);
        vary?.Invoke(options);
        return ResilientHttpHandler.Create(ServiceName, options, server, meterFactory: meters);
    }

    /// <summary>Through <c>AddResilientHttpClient</c>, as an app has it.</summary>
    public static Contender Registered(string name) =>
        FromFactory(name, services => services.AddResilientHttpClient(ServiceName, Configure));

    /// <summary>The same with its traffic counted, as a mapped dashboard has it while nobody watches.</summary>
    public static Contender Monitored(string name) => FromFactory(
        name,
        services => services.AddResilientHttpClient(ServiceName, Configure),
        static provider => provider.GetRequiredService<IServiceMonitor>());

    /// <summary>As a replica of a fleet whose store is in memory; a running host would exchange with it once a second.</summary>
    public static Contender InFleet(string name) => FromFactory(name, services =>
    {
        services.AddResilienceFleet(static fleet => fleet.UseStore(new InMemoryFleetStore()));
        return services.AddResilientHttpClient(ServiceName, static options =>
        {
            Configure(options);
            options.Fleet.Enabled = true;
        });
    });

    /// <summary>What <see cref="Registered"/> has to be compared with: the factory adds two logging handlers to every client.</summary>
    public static Contender BareRegistered(string name) => FromFactory(name, services => services.AddHttpClient(ServiceName));

    /// <summary>A client of <see cref="IHttpClientFactory"/>, named <see cref="ServiceName"/>.</summary>
    public static Contender FromFactory(
        string name, Func<IServiceCollection, IHttpClientBuilder> register, Action<IServiceProvider>? begin = null) => new(name, server =>
    {
        var services = new ServiceCollection();
        register(services).ConfigurePrimaryHttpMessageHandler(() => server);
        var provider = services.BuildServiceProvider();
        begin?.Invoke(provider);
        return provider.GetRequiredService<IHttpClientFactory>().CreateClient(ServiceName);
    });

    private static void Configure(ResilientHttpClientOptions options)
    {
        options.TotalTimeout = Figures.TotalTimeout;
        options.AttemptTimeout = Figures.AttemptTimeout;
        options.Retry.MaxRetries = Figures.MaxRetries;
        options.Retry.BaseDelay = Figures.BaseDelay;
        options.CircuitBreaker.FailureRatio = Figures.FailureRatio;
        options.CircuitBreaker.MinimumThroughput = Figures.MinimumThroughput;
        options.CircuitBreaker.SamplingWindow = Figures.SamplingWindow;
        options.CircuitBreaker.RecoveryTimeout = Figures.RecoveryTimeout;
    }
}
