using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Requests;

namespace Resilience.Http.Registration;

/// <summary>What the container holds for all resilient clients. State is in its singletons and never static, so containers do not mix.</summary>
internal static class ResilienceServices
{
    /// <summary>The registrations of this service collection; what they need is added with the first of them.</summary>
    public static ClientRegistrations Registrations(this IServiceCollection services)
    {
        var marker = services.FirstOrDefault(static service => service.ServiceType == typeof(ClientRegistrations));
        if (marker?.ImplementationInstance is ClientRegistrations known)
        {
            return known;
        }

        var registrations = new ClientRegistrations();
        services.AddSingleton(registrations);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new ResilienceHost(
            provider.GetRequiredService<TimeProvider>(),
            chance: null,
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>()));
        services.AddSingleton<ClientSettings>();
        services.AddSingleton(static provider => new ResilientServices(
            provider.GetRequiredService<ResilienceHost>(),
            provider.GetRequiredService<ClientSettings>().OptionsOf));

        // First in line: a Configure of the user's comes after the layers, wherever in Program.cs it stands.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ResilientHttpClientOptions>>(static provider =>
            new ClientLayers(provider.GetRequiredService<ClientRegistrations>(), provider, provider.GetRequiredService<ClientSettings>().Sections)));
        services.AddSingleton<IValidateOptions<ResilientHttpClientOptions>, ClientValidation>();
        services.AddSingleton<IPostConfigureOptions<HttpClientFactoryOptions>, ClientCreation>();
        return registrations;
    }
}
