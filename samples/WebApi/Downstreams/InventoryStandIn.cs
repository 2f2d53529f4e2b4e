namespace WebApi.Downstreams;

/// <summary>Knows how much of each article is in stock.</summary>
internal static class InventoryStandIn
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/stock/{sku}", (string sku) => new { sku, available = 7 + sku.Length });
}
