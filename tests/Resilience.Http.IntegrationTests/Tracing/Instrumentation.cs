namespace Resilience.Http.IntegrationTests.Tracing;

/// <summary>The ways in which an app asks for the library's telemetry.</summary>
public enum Instrumentation
{
    /// <summary><c>AddResilienceHttpInstrumentation()</c> on the tracer and the meter provider.</summary>
    OfProviders,

    /// <summary><c>services.AddResilienceHttpTelemetry()</c>, before the app configures its providers.</summary>
    OfServicesBefore,

    /// <summary>The same, after it.</summary>
    OfServicesAfter,
}
