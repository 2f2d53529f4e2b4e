using Microsoft.Extensions.Diagnostics.HealthChecks;
using Resilience.Http;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the circuits of resilient clients into the app's health.</summary>
public static class ResilientHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds one check over all resilient clients: open and isolated circuits are Degraded, or Unhealthy for a service named critical;
    /// half-open ones are Healthy. Open and isolated circuits are named in the description, all that are not closed in the data. An app
    /// without resilient clients is Healthy.
    /// </summary>
    /// <param name="builder">The builder of the health checks.</param>
    /// <param name="configure">Names the critical services: <c>o => o.Critical("payments")</c>.</param>
    /// <param name="name">The name of the check. Default: <c>resilient-http-clients</c>.</param>
    /// <param name="tags">Its tags, to choose it by in an endpoint, such as <c>ready</c>. Never tie it to liveness: a restart fixes no
    /// other service.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddResilientHttpClients(
        this IHealthChecksBuilder builder,
        Action<ResilientHttpHealthOptions>? configure = null,
        string name = "resilient-http-clients",
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var options = new ResilientHttpHealthOptions();
        configure?.Invoke(options);
        // A library may add the check for an app that has no resilient client.
        builder.Services.Registrations().Critical.UnionWith(options.CriticalServices);
        return builder.Add(new HealthCheckRegistration(name, Create, failureStatus: null, tags));

        CircuitHealthCheck Create(IServiceProvider provider)
        {
            var host = provider.GetRequiredService<ResilienceRuntime>();
            return new(
                provider.GetRequiredService<ICircuitRegistry>(),
                CircuitRegistry.GetOrCreate(host).Enforces,
                options.CriticalServices,
                host.Clock);
        }
    }
}
