using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ResilientApi;

var builder = WebApplication.CreateBuilder(args);

// Timeouts, retries, the circuit breaker and the fallback are configured in appsettings.json.
var client = builder.Services.AddResilientHttpClient<CatalogClient>("catalog");
if (builder.Environment.IsDevelopment())
{
    client.ConfigurePrimaryHttpMessageHandler(() => new CatalogStandIn(builder.Configuration));
}

builder.Services.AddProblemDetails().AddExceptionHandler<ServiceFailureHandler>();
builder.Services.AddHealthChecks().AddResilientHttpClients(tags: ["ready"]);

var telemetry = builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddResilienceHttpInstrumentation())
    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddResilienceHttpInstrumentation());
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
{
    telemetry.UseOtlpExporter();
}

var app = builder.Build();
app.UseExceptionHandler();
app.MapGet("/items/{id}", async (string id, CatalogClient client, CancellationToken cancellationToken) =>
    await client.FindAsync(id, cancellationToken) is { } item ? Results.Ok(item) : Results.NotFound());
// Liveness does not depend on other services: a restart of this app would not fix them.
app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
#if (!noDashboard)
if (app.Environment.IsDevelopment())
{
    app.MapResilienceDashboard("/resilience");
}
#endif

app.Run();
