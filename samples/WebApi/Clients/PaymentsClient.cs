namespace WebApi.Clients;

/// <summary>Charges orders. The idempotency key makes the POST safe to repeat, and the service charges a key once.</summary>
internal sealed class PaymentsClient(HttpClient http)
{
    public async Task<Charge> ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "charges")
        {
            Content = JsonContent.Create(new { amount }),
            Headers = { { "Idempotency-Key", idempotencyKey } },
        };
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Charge>(cancellationToken))!;
    }
}

internal sealed record Charge(string Id, decimal Amount);
