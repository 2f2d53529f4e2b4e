using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Allows fault injection into the clients of <see cref="IHttpClientFactory"/>.</summary>
public static class ResilientHttpChaosServiceCollectionExtensions
{
    /// <summary>
    /// Allows fault injection into all clients, directly around their primary handlers, so that all other handlers see them as they would
    /// see real ones. Nothing is injected until <c>ResilientHttpChaos</c> turns it on and all gates are open.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">
    /// Settings in code, on top of configuration. <see cref="HttpChaosOptions.AllowInProduction"/> is available only here. Runs again at
    /// each change of the configuration, each time on new options.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddResilientHttpChaos(this IServiceCollection services, Action<HttpChaosOptions>? configure = null)
    {
        var registrations = services.ChaosRegistrations();
        registrations.All = true;
        if (configure is not null)
        {
            registrations.Configure(configure);
        }

        return services;
    }
}
