using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chaos.Experiments.Http;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Registration;

namespace Resilience.Http.Chaos.Experiments.Registration;

/// <summary>What the container holds for experiments.</summary>
internal static class ExperimentServiceRegistration
{
    public static void AddExperimentRunner(this IServiceCollection services)
    {
        services.TryAddSingleton<ClientTraffic>();
        services.AddFilterAroundFaults<TrafficFilter>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, HttpClientTimeoutRecorder>());
        services.TryAddSingleton<IExperimentTarget, AppExperimentTarget>();
        services.TryAddSingleton(static provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            return new ChaosExperimentRunner(
                new ExperimentServices(clock, new ExperimentHttp(clock), provider.GetRequiredService<IExperimentTarget>()));
        });
    }
}
