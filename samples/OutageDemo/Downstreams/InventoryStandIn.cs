using System.Globalization;

namespace OutageDemo.Downstreams;

/// <summary>Knows how much of each article is in stock, and writes a report on all of them, slowly.</summary>
internal static class InventoryStandIn
{
    private const int Lines = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/stock/{sku}", (string sku) => new { sku, available = 7 + sku.Length });
        endpoints.MapGet("/report", WriteReportAsync);
    }

    /// <summary>Takes 8 seconds, longer than the client's total timeout of 5.</summary>
    private static async Task WriteReportAsync(HttpContext context)
    {
        context.Response.ContentType = "text/csv";
        for (var line = 1; line <= Lines; line++)
        {
            await context.Response.WriteAsync(
                string.Create(CultureInfo.InvariantCulture, $"article-{line},{line * 3}\n"), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Pause, TimeProvider.System, context.RequestAborted);
        }
    }
}
