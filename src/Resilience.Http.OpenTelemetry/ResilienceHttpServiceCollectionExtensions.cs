using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the telemetry of resilient HttpClients to the OpenTelemetry providers of the app.</summary>
public static class ResilienceHttpServiceCollectionExtensions
{
    /// <summary>
    /// Adds the spans and metrics of resilient clients to the tracer provider and the meter provider of this container. The order of the
    /// statements does not matter. If there are no providers, it has no effect.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is <see langword="null"/>.</exception>
    public static IServiceCollection AddResilienceHttpTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services
            .ConfigureOpenTelemetryTracerProvider(static tracing => tracing.AddResilienceHttpInstrumentation())
            .ConfigureOpenTelemetryMeterProvider(static metrics => metrics.AddResilienceHttpInstrumentation());
    }
}
