using System.Net;

namespace WebApi.Clients;

/// <summary>Calls payments. The idempotency key makes the POST safe to repeat: payments charges a key once.</summary>
internal sealed class PaymentsClient(HttpClient http)
{
    private static readonly HttpRequestOptionsKey<bool> FromQueue = new("from-queue");

    /// <summary>Whether a request makes a charge from the queue, which must not be queued again.</summary>
    public static bool IsFromQueue(HttpRequestMessage request) => request.Options.TryGetValue(FromQueue, out _);

    /// <summary>Charges now, or queues the charge: then it has no id yet.</summary>
    public Task<Charge> ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(Request(amount, idempotencyKey), amount, cancellationToken);

    /// <summary>Makes a charge from the queue.</summary>
    public Task<Charge> ChargeQueuedAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        var request = Request(amount, idempotencyKey);
        request.Options.Set(FromQueue, true);
        return SendAsync(request, amount, cancellationToken);
    }

    private static HttpRequestMessage Request(decimal amount, string idempotencyKey) => new(HttpMethod.Post, "charges")
    {
        Content = JsonContent.Create(new ChargeRequest(amount)),
        Headers = { { "Idempotency-Key", idempotencyKey } },
    };

    private async Task<Charge> SendAsync(HttpRequestMessage request, decimal amount, CancellationToken cancellationToken)
    {
        using var sent = request;
        using var response = await http.SendAsync(request, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted:
                return new Charge(null, amount);
            case HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter?.Delta is { } wait && !IsFromQueue(request):
                throw new PaymentsBusyException(wait);
        }

        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Charge>(cancellationToken))!;
    }
}

internal sealed record ChargeRequest(decimal Amount);

/// <param name="Id">The id that payments gave the charge; <see langword="null"/> while it is queued.</param>
/// <param name="Amount">The amount charged.</param>
internal sealed record Charge(string? Id, decimal Amount);
