using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace WebApi.Observability;

/// <summary>Traces and metrics through OpenTelemetry: at /metrics for Prometheus, and to a collector where OTEL_EXPORTER_OTLP_ENDPOINT names one.</summary>
internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PrometheusReader>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("order-api"))
            .WithTracing(tracing =>
            {
                tracing.AddSource("Microsoft.AspNetCore").AddResilienceHttpInstrumentation();
                if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
                {
                    tracing.AddOtlpExporter();
                }
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Microsoft.AspNetCore.Hosting").AddResilienceHttpInstrumentation();
                metrics.AddReader(services => services.GetRequiredService<PrometheusReader>());
                if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
                {
                    metrics.AddOtlpExporter();
                }
            });

        // No service is critical here: orders are taken while payments is down, so no replica need leave the balancer because of it.
        services.AddHealthChecks().AddResilientHttpClients(tags: ["ready"]);
    }
}
