using Resilience.Http;
using Resilience.Http.Chaos.Experiments.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets experiments be run in an app.</summary>
public static class ResilientHttpExperimentsServiceCollectionExtensions
{
    /// <summary>
    /// Lets experiments be run in this app: registers a <see cref="ChaosExperimentRunner"/> that knows its clients, their faults and their circuits. Includes
    /// <see cref="ResilientHttpChaosServiceCollectionExtensions.AddResilientHttpChaos"/>: what an experiment injects passes the same gates.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddChaosExperiments(this IServiceCollection services)
    {
        services.AddResilientHttpChaos();
        services.AddExperimentRunner();
        return services;
    }
}
