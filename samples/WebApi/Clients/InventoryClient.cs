namespace WebApi.Clients;

/// <summary>Asks how much of an article is in stock.</summary>
internal sealed class InventoryClient(HttpClient http)
{
    public async Task<Stock> GetStockAsync(string sku, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<Stock>($"stock/{Uri.EscapeDataString(sku)}", cancellationToken))!;
}

internal sealed record Stock(string Sku, int Available);
