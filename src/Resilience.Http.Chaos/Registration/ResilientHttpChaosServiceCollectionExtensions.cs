using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Allows fault injection into the clients of <see cref="IHttpClientFactory"/>.</summary>
public static class ResilientHttpChaosServiceCollectionExtensions
{
    /// <summary>
    /// Allows fault injection into all clients, directly around their primary handlers, so that all other handlers see the faults like real
    /// ones. Faults are injected only if <c>ResilientHttpChaos</c> enables them and all gates are open.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">
    /// Changes the settings in code, after configuration was read. <see cref="HttpChaosOptions.AllowInProduction"/> is available only here.
    /// It runs again after each configuration change, each time on new options.
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
