using Microsoft.Extensions.Diagnostics.HealthChecks;
using Resilience.Http;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the circuits of resilient clients to the health checks of the app.</summary>
public static class ResilientHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds one check for all resilient clients. If a circuit is open or isolated, the check is Degraded, or Unhealthy if the service is
    /// critical. A half-open circuit is the same as an open one while its trials run or fail. Otherwise the check is Healthy. The
    /// description names the circuits that are open or isolated, and the data has all that are not closed.
    /// </summary>
    /// <param name="builder">The builder of the health checks.</param>
    /// <param name="configure">Sets the critical services: <c>o => o.Critical("payments")</c>.</param>
    /// <param name="name">The name of the check. Default: <c>resilient-http-clients</c>.</param>
    /// <param name="tags">
    /// The tags of the check, such as <c>ready</c>, to select it for an endpoint. Do not use it for liveness: a restart of the app does not
    /// fix another service.
    /// </param>
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
            return new(provider.GetRequiredService<ICircuitRegistry>(), options.CriticalServices, host.Clock);
        }
    }
}
