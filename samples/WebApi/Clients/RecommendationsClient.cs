namespace WebApi.Clients;

/// <summary>Calls recommendations: what is bought together with an article.</summary>
internal sealed class RecommendationsClient(HttpClient http)
{
    public async Task<IReadOnlyList<string>> GetForAsync(string sku, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<string[]>($"recommendations/{Uri.EscapeDataString(sku)}", cancellationToken))!;
}
