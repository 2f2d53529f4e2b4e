using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebApi.Observability;

namespace WebApi.Endpoints;

/// <summary>What the people who run the API ask it: is it alive, is it ready, how is it doing.</summary>
internal static class OperationsEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        // Alive is whoever answers. A restart would mend no other service, so circuits say nothing here.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready"), ResponseWriter = WriteAsync });
        app.MapGet("/metrics", static (PrometheusReader metrics) => Results.Text(metrics.Scrape(), PrometheusReader.ContentType)).ExcludeFromDescription();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status,
        checks = report.Entries.Select(static check => new { name = check.Key, status = check.Value.Status, check.Value.Description, check.Value.Data }),
    });
}
