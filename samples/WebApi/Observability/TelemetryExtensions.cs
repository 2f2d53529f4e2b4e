using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace WebApi.Observability;

/// <summary>
/// Traces and metrics through OpenTelemetry: at <c>/metrics</c> for Prometheus, and to a collector if
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one.
/// </summary>
internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("order-api"))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddResilienceHttpInstrumentation())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddResilienceHttpInstrumentation()
                .AddPrometheusExporter());
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
        {
            telemetry.UseOtlpExporter();
        }

        // No service is critical: orders are taken while payments is down, so no replica needs to leave the load balancer because of it.
        services.AddHealthChecks().AddResilientHttpClients(tags: ["ready"]);
    }
}
