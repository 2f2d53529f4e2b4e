namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of resilient HttpClients to OpenTelemetry.</summary>
public static class ResilienceHttpMeterProviderBuilderExtensions
{
    /// <summary>
    /// Collects the meter <c>Resilience.Http</c>: circuits, calls, retries, timeouts, fallbacks and limits. It can be called more than
    /// once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    public static MeterProviderBuilder AddResilienceHttpInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("Resilience.Http");
    }
}
