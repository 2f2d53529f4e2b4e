using System.Net;

namespace ResilientApi;

/// <summary>Calls the service catalog.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    /// <returns>The item, or <see langword="null"/> if catalog does not know it.</returns>
    public async Task<Item?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"items/{Uri.EscapeDataString(id)}", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Item>(cancellationToken);
    }
}

internal sealed record Item(string Id, string Name);
