using WebApi.Clients;

namespace WebApi.Endpoints;

/// <summary>A download that takes longer than the total timeout and is not cut while it flows.</summary>
internal static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder app) =>
        app.MapGet("/reports/stock", async (InventoryClient inventory, CancellationToken cancellationToken) =>
                Results.Stream(await inventory.OpenReportAsync(cancellationToken), "text/csv"))
            .WithTags("Reports")
            .WithSummary("The stock of all articles, streamed for 8 seconds. The total timeout ends with the headers; BodyIdleTimeout " +
                "watches the body.");
}
