namespace OpenTelemetry.Trace;

/// <summary>Puts the spans of resilient HttpClients into traces.</summary>
public static class ResilienceHttpTracerProviderBuilderExtensions
{
    /// <summary>
    /// Collects one span per call of a resilient client, and below it the spans of its attempts, which HttpClient itself makes
    /// (source <c>System.Net.Http</c>), so that no further instrumentation is needed. May be called twice, and beside
    /// <c>AddHttpClientInstrumentation()</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    public static TracerProviderBuilder AddResilienceHttpInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource("Resilience.Http", "System.Net.Http");
    }
}
