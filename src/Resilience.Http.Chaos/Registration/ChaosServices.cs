using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
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
        services.AddSingleton<IInjectedFaults>(static provider => provider.GetRequiredService<ChaosState>());
        services.AddSingleton<ChaosChecks>();
        services.AddSingleton<UnreadFaults>();
        services.AddSingleton<ChaosStatusLog>();
        services.AddSingleton<ChaosSettings>();
        services.AddSingleton<FaultInjector>();
        services.AddSingleton<IFaultControl, FaultControl>();
        services.AddSingleton<IHostedService, ChaosStart>();
        // the first filter has the last word
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, ChaosHandlerFilter>());
        return registrations;
    }

    /// <summary>
    /// Adds a filter that comes right behind the one of the fault handler: the last handler that it adds to a client is around the fault
    /// handler, and sees what the fault handler is given.
    /// </summary>
    public static void AddFilterAroundFaults<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>(
        this IServiceCollection services)
        where TFilter : class, IHttpMessageHandlerBuilderFilter
    {
        if (services.Any(static service => service.ImplementationType == typeof(TFilter)))
        {
            return;
        }

        var faults = services.First(static service => service.ImplementationType == typeof(ChaosHandlerFilter));
        services.Insert(services.IndexOf(faults) + 1, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TFilter>());
    }
}
