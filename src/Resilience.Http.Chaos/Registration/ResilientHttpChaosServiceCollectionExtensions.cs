using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets faults be injected into the clients of <see cref="IHttpClientFactory"/>.</summary>
public static class ResilientHttpChaosServiceCollectionExtensions
{
    /// <summary>
    /// Lets faults be injected into all clients, directly around their primary handlers, so that everything above meets them as it would meet
    /// real ones. Nothing is injected before <c>ResilientHttpChaos</c> says so and all gates are open.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">
    /// Settings made in code, over those of configuration; <see cref="HttpChaosOptions.AllowInProduction"/> is here only. Runs again at each edit of
    /// the configuration, always on fresh options.
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
