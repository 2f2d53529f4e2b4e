namespace WebApi.Clients;

/// <summary>Calls inventory: the stock of one article, or a report on all of them.</summary>
internal sealed class InventoryClient(HttpClient http)
{
    public async Task<Stock> GetStockAsync(string sku, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<Stock>($"stock/{Uri.EscapeDataString(sku)}", cancellationToken))!;

    /// <summary>Opens a report that streams for longer than the total timeout, which ends with the response headers.</summary>
    /// <returns>The report. The reader disposes it.</returns>
    public Task<Stream> OpenReportAsync(CancellationToken cancellationToken) => http.GetStreamAsync("report", cancellationToken);
}

internal sealed record Stock(string Sku, int Available);
