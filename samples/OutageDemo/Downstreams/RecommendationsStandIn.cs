namespace OutageDemo.Downstreams;

/// <summary>Knows what is bought along with an article.</summary>
internal static class RecommendationsStandIn
{
    private static readonly string[] Articles = ["tea", "teapot", "cup", "honey"];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/recommendations/{sku}", (string sku) => Articles.Where(article => article != sku).Take(3));
}
