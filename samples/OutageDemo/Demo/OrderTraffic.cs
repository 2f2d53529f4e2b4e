using System.Net;

namespace OutageDemo.Demo;

/// <summary>Places orders with the API over HTTP and counts how each ends.</summary>
internal sealed class OrderTraffic(HttpClient api)
{
    private readonly List<Task> _orders = [];
    private int _succeeded;
    private int _queued;
    private int _turnedAway;
    private int _failed;

    public int Placed => _orders.Count;

    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>202: payments was out of reach, and the charge is made later.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>503: payments was out of reach, and the queue was full.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Any other status.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public void PlaceOrder(CancellationToken cancellationToken) => _orders.Add(PlaceOrderAsync(cancellationToken));

    public Task AllEndedAsync() => Task.WhenAll(_orders);

    private async Task PlaceOrderAsync(CancellationToken cancellationToken)
    {
        using var response = await api.PostAsJsonAsync("orders", new { sku = "tea", quantity = 1 }, cancellationToken);
        Interlocked.Increment(ref CounterOf(response.StatusCode));
    }

    private ref int CounterOf(HttpStatusCode status)
    {
        switch (status)
        {
            case HttpStatusCode.Created:
                return ref _succeeded;
            case HttpStatusCode.Accepted:
                return ref _queued;
            case HttpStatusCode.ServiceUnavailable:
                return ref _turnedAway;
            default:
                return ref _failed;
        }
    }
}
