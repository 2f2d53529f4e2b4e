using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chaos.Experiments.Running;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration;

namespace Resilience.Http.Chaos.Registration;

/// <summary>What the container holds for chaos. State is in its singletons and never static, so containers do not mix.</summary>
internal static class ChaosServices
{
    /// <summary>The registrations of this service collection; what they need is added with the first of them.</summary>
    public static ChaosRegistrations ChaosRegistrations(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var marker = services.FirstOrDefault(static service => service.ServiceType == typeof(ChaosRegistrations));
        if (marker?.ImplementationInstance is ChaosRegistrations known)
        {
            return known;
        }

        var registrations = new ChaosRegistrations();
        services.AddHttpClient();
        services.AddSingleton(registrations);
        services.AddResilienceHost();
        services.AddSingleton(static provider => new ChaosEnvironment(provider.GetService<IHostEnvironment>()));
        services.AddSingleton(static provider => new ChaosState(
            provider.GetRequiredService<ResilienceRuntime>(), provider.GetRequiredService<ChaosEnvironment>().Name));
        services.AddSingleton<ChaosChecks>();
        services.AddSingleton<UnreadFaults>();
        services.AddSingleton<ChaosTelemetry>();
        services.AddSingleton<ChaosSettings>();
        services.AddSingleton<FaultInjector>();
        services.AddSingleton<IHostedService, ChaosStart>();
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, ChaosHandlerFilter>()); // the first filter has the last word
        return registrations;
    }

    public static void AddExperimentRunner(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, HttpClientTimeoutRecorder>());
        services.TryAddSingleton(static provider =>
        {
            var clock = provider.GetRequiredService<ResilienceRuntime>().Clock;
            var app = new AppExperimentTarget(provider.GetRequiredService<ChaosSettings>(), provider.GetRequiredService<ChaosState>(), provider);
            return new ChaosExperimentRunner(new ExperimentServices(clock, new ExperimentHttp(clock), app));
        });
    }
}
