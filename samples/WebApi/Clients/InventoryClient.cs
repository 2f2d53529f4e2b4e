namespace WebApi.Clients;

/// <summary>Asks how much of an article is in stock, or of all.</summary>
internal sealed class InventoryClient(HttpClient http)
{
    public async Task<Stock> GetStockAsync(string sku, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<Stock>($"stock/{Uri.EscapeDataString(sku)}", cancellationToken))!;

    /// <summary>Opens a report that streams for longer than the total timeout: that ends with the headers, and the body may take its time.</summary>
    /// <returns>The report; whoever reads it disposes it.</returns>
    public Task<Stream> OpenReportAsync(CancellationToken cancellationToken) => http.GetStreamAsync("report", cancellationToken);
}

internal sealed record Stock(string Sku, int Available);
