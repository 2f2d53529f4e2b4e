using System.Net;

namespace WebApi.Demo;

/// <summary>Customers: they place orders with the API over HTTP and note how each ends.</summary>
internal sealed class OrderTraffic(HttpClient api)
{
    private readonly List<Task> _orders = [];
    private int _succeeded;
    private int _refused;
    private int _failed;

    public int Placed => _orders.Count;

    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>503: the circuit was open, and payments was not troubled.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Whatever else: payments failed, and went on failing when the call was repeated.</summary>
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
            case HttpStatusCode.ServiceUnavailable:
                return ref _refused;
            default:
                return ref _failed;
        }
    }
}
