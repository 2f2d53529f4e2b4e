using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>Asks the sample and reads its JSON.</summary>
internal static class Json
{
    public static async Task<(HttpStatusCode Status, JsonElement Body)> GetJsonAsync(this HttpClient api, string path) =>
        await ReadAsync(await api.GetAsync(path));

    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostJsonAsync(
        this HttpClient api, string path, object? body = null) =>
        await ReadAsync(await api.PostAsJsonAsync(path, body));

    public static Task<(HttpStatusCode Status, JsonElement Body)> PlaceOrderAsync(this HttpClient api) =>
        api.PostJsonAsync("orders", new { sku = "tea", quantity = 2 });

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).ToString();

    public static async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
        }
    }
}
