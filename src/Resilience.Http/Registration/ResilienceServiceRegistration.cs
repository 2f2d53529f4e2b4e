using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Monitoring;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// What the container holds for all resilient clients. State is in its singletons and never static, so containers do not mix.
/// </summary>
internal static class ResilienceServiceRegistration
{
    /// <summary>The record to which a statement about a client writes. The factory's defaults have no name.</summary>
    public static ClientRegistration Registration(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Name is null ? builder.Services.Registrations().Defaults : builder.Services.Registration(builder.Name);
    }

    public static ClientRegistration Registration(this IServiceCollection services, string serviceName) =>
        services.Registrations().GetOrAdd(serviceName);

    /// <summary>Clock, chance, loggers and meters of the container, for all packages of the family.</summary>
    public static void AddResilienceHost(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RuntimeLifetime>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<RuntimeLifetime>().Follow(new ResilienceRuntime(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ChanceSource>()?.Next,
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>())));
    }

    /// <summary>The registrations of this service collection; what they need is added when they are first asked for.</summary>
    public static ClientRegistrations Registrations(this IServiceCollection services)
    {
        // No query: it is the first, and each statement about a client comes by here.
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(ClientRegistrations) && services[i].ImplementationInstance is ClientRegistrations known)
            {
                return known;
            }
        }

        var registrations = new ClientRegistrations(new SharedChainSetup(ChainInstaller.Add));
        services.AddOptions();
        services.AddResilienceHost();
        services.AddSingleton<ICircuitRegistry>(static provider => new ContainerCircuits(
            CircuitRegistry.GetOrCreate(provider.GetRequiredService<ResilienceRuntime>()), provider.GetRequiredService<LiveOptions>()));
        services.AddSingleton<ServiceMonitor>();
        services.AddSingleton<SettingOrigins>();
        services.AddSingleton<IServiceMonitor, ContainerMonitor>();
        services.AddSingleton<ServiceStateStore>();
        services.AddSingleton<SectionOwners>();
        services.AddSingleton<ConfigurationReader>();
        services.AddSingleton<ClientOptionsFactory>();
        services.AddSingleton<OptionsStore>();
        services.AddSingleton<IServiceSettings>(static provider => provider.GetRequiredService<OptionsStore>());
        services.AddSingleton<ConfigurationValidator>();
        services.AddSingleton<ConfigurationReloader>();
        services.AddSingleton<OptionsMonitorNotifier>();
        services.AddSingleton<IOptionsMonitor<ResilientHttpClientOptions>>(static provider => provider
            .GetRequiredService<OptionsMonitorNotifier>()
            .CreateMonitor(
                provider.GetRequiredService<IOptionsFactory<ResilientHttpClientOptions>>(),
                provider.GetServices<IOptionsChangeTokenSource<ResilientHttpClientOptions>>()));
        services.AddSingleton<StartupTelemetry>();
        services.AddSingleton<LiveOptions>();
        services.AddSingleton<IHostedService, StartupValidator>();
        services.AddSingleton<IHostedService, HostShutdown>();
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, HttpClientConfigurator>();
        // the first filter has the last word
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, SentRequestFilter>());
        services.AddSingleton<IHttpMessageHandlerBuilderFilter, SecondLayerFilter>();
        services.AddSingleton<SecondLayerCheck>();
        services.AddSingleton<IValidateOptions<ResilientHttpClientOptions>, ClientOptionsValidator>();

        // First in line: the user's Configure comes after the layers, wherever in Program.cs it is.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ResilientHttpClientOptions>>(static provider =>
            new ClientOptionsSetup(
                provider.GetRequiredService<ClientRegistrations>(), provider, provider.GetRequiredService<OptionsStore>().Sections)));
        services.Insert(0, ServiceDescriptor.Singleton(registrations)); // each statement about a client looks for it
        return registrations;
    }
}
