using Resilience.Http;
using Resilience.Http.Chaos.Experiments.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Allows experiments to run in an app.</summary>
public static class ResilientHttpExperimentsServiceCollectionExtensions
{
    /// <summary>
    /// Allows experiments to run in this app: registers a <see cref="ChaosExperimentRunner"/> that knows its clients, their faults and
    /// their circuits. Includes <see cref="ResilientHttpChaosServiceCollectionExtensions.AddResilientHttpChaos"/>: faults of an experiment
    /// pass the same gates.
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
