using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Resilience.Http;
using Resilience.Http.Fleet.Registration;
using Resilience.Http.Fleet.Telemetry;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets the replicas of an app share circuits and quotas.</summary>
public static class ResilienceFleetServiceCollectionExtensions
{
    /// <summary>
    /// Lets the replicas of the app share the circuits of all clients whose <c>Fleet:Enabled</c> is set, and the rate of all clients whose
    /// <c>RateLimit:Scope</c> is <c>Fleet</c>. It needs a store, such as that of the package <c>Resilience.Http.Fleet.Redis</c>.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Sets the store.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">No store was set.</exception>
    public static IServiceCollection AddResilienceFleet(this IServiceCollection services, Action<FleetBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var fleet = new FleetBuilder(services);
        configure(fleet);
        if (!services.Any(static service => service.ServiceType == typeof(IFleetStore)))
        {
            throw new InvalidOperationException(
                "AddResilienceFleet needs a store. Call UseRedis (package Resilience.Http.Fleet.Redis) or UseStore on its builder.");
        }

        services.Registrations().HasFleet = true;
        var isKnown = services.Any(static service => service.ServiceType == typeof(ResilienceFleet));
        if (fleet.ReplicaName is not null || !isKnown)
        {
            services.Replace(ServiceDescriptor.Singleton(_ => new FleetName(fleet.ReplicaName)));
        }

        if (isKnown)
        {
            return services;
        }

        services.AddSingleton<ContainerCircuitSource>();
        services.AddSingleton<ResilienceFleet>();
        services.AddSingleton<IResilienceFleet>(static provider => provider.GetRequiredService<ResilienceFleet>());
        services.AddSingleton<IFleetDescription>(static provider => provider.GetRequiredService<ResilienceFleet>());
        services.AddSingleton<IFleetSteering>(static provider => provider.GetRequiredService<ResilienceFleet>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ResilienceFleet>());
        return services;
    }

    /// <summary>Adds a health check whose data says whether the store of the fleet can be reached. It is always Healthy.</summary>
    /// <param name="builder">The builder of the health checks.</param>
    /// <param name="name">The name of the check. Default: <c>resilience-fleet</c>.</param>
    /// <param name="tags">The tags of the check, to select it for an endpoint.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddResilienceFleet(
        this IHealthChecksBuilder builder, string name = "resilience-fleet", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return builder.Add(new HealthCheckRegistration(
            name, static provider => Check(provider.GetRequiredService<IResilienceFleet>()), failureStatus: null, tags));
    }

    private static FleetHealthCheck Check(IResilienceFleet fleet) =>
        new(fleet, () => fleet is ResilienceFleet own ? own.IsReached : fleet.GetStatus().IsConnected);
}
