using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the telemetry of resilient HttpClients with whatever OpenTelemetry providers the app configures.</summary>
public static class ResilienceHttpServiceCollectionExtensions
{
    /// <summary>
    /// Collects the spans and metrics of resilient clients in the tracer and meter provider of this container, whether they are
    /// configured before or after this statement. Without providers it does nothing.
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
