namespace OpenTelemetry.Trace;

/// <summary>Adds the spans of resilient HttpClients to OpenTelemetry.</summary>
public static class ResilienceHttpTracerProviderBuilderExtensions
{
    /// <summary>
    /// Collects one span for each call of a resilient client. Its children are the spans of the attempts, which HttpClient itself creates
    /// (source <c>System.Net.Http</c>), so no other instrumentation is needed. It can be called more than once, and together with
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
