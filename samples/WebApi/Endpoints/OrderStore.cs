using System.Collections.Concurrent;

namespace WebApi.Endpoints;

/// <summary>The orders, in memory. Order 1 is there from the start, so that there is something to look at.</summary>
internal sealed class OrderStore
{
    private readonly ConcurrentDictionary<int, Order> _orders = new() { [1] = new Order(1, "tea", 2, 9.00m, "ch-first") };
    private int _lastId = 1;

    public Order? Find(int id) => _orders.GetValueOrDefault(id);

    public Order Add(string sku, int quantity, decimal amount, string chargeId)
    {
        var order = new Order(Interlocked.Increment(ref _lastId), sku, quantity, amount, chargeId);
        _orders[order.Id] = order;
        return order;
    }
}

internal sealed record Order(int Id, string Sku, int Quantity, decimal Amount, string ChargeId);
