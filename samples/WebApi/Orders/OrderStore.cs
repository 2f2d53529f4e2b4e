using System.Collections.Concurrent;

namespace WebApi.Orders;

/// <summary>The orders, in memory. Order 1 exists from the start.</summary>
internal sealed class OrderStore
{
    private readonly ConcurrentDictionary<int, Order> _orders = new()
    {
        [1] = new Order(1, "tea", 2, 9.00m, OrderStatus.Charged, "ch-first")
    };
    private readonly ConcurrentDictionary<string, int> _idsByKey = new(StringComparer.Ordinal);
    private int _lastId = 1;

    public Order? Find(int id) => _orders.GetValueOrDefault(id);

    /// <summary>Adds an order before it is charged: the worker may make its charge before the request returns.</summary>
    /// <param name="sku">The article.</param>
    /// <param name="quantity">The number of articles.</param>
    /// <param name="amount">The total price.</param>
    /// <param name="chargeKey">The idempotency key of its charge.</param>
    public Order Add(string sku, int quantity, decimal amount, string chargeKey)
    {
        var order = new Order(Interlocked.Increment(ref _lastId), sku, quantity, amount, OrderStatus.Queued, null);
        _orders[order.Id] = order;
        _idsByKey[chargeKey] = order.Id;
        return order;
    }

    /// <summary>Whether the order of a charge still exists.</summary>
    public bool Has(string chargeKey) => _idsByKey.ContainsKey(chargeKey);

    /// <returns>The charged order, or <see langword="null"/> if it no longer exists.</returns>
    public Order? MarkCharged(string chargeKey, string chargeId)
    {
        if (!_idsByKey.TryGetValue(chargeKey, out var id) || !_orders.TryGetValue(id, out var order))
        {
            return null;
        }

        var charged = order with { Status = OrderStatus.Charged, ChargeId = chargeId };
        return _orders.TryUpdate(id, charged, order) ? charged : null;
    }

    /// <summary>Removes an order that was neither charged nor queued.</summary>
    public void Remove(string chargeKey)
    {
        if (_idsByKey.TryRemove(chargeKey, out var id))
        {
            _orders.TryRemove(id, out _);
        }
    }
}

internal sealed record Order(int Id, string Sku, int Quantity, decimal Amount, OrderStatus Status, string? ChargeId);

internal enum OrderStatus
{
    /// <summary>Accepted; the charge is made as soon as payments is back.</summary>
    Queued,

    Charged,
}
