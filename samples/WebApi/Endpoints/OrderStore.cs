using System.Collections.Concurrent;

namespace WebApi.Endpoints;

/// <summary>The orders, in memory. Order 1 is there from the start, so that there is something to look at.</summary>
internal sealed class OrderStore
{
    private readonly ConcurrentDictionary<int, Order> _orders = new() { [1] = new Order(1, "tea", 2, 9.00m, OrderStatus.Charged, "ch-first") };
    private readonly ConcurrentDictionary<string, int> _idsByKey = new(StringComparer.Ordinal);
    private int _lastId = 1;

    public Order? Find(int id) => _orders.GetValueOrDefault(id);

    /// <summary>Takes an order in, before it is charged: its charge may be made by somebody else, and sooner than we know.</summary>
    /// <param name="sku">The article.</param>
    /// <param name="quantity">How many of it.</param>
    /// <param name="amount">The price of all.</param>
    /// <param name="chargeKey">The idempotency key that the order is charged under.</param>
    public Order Add(string sku, int quantity, decimal amount, string chargeKey)
    {
        var order = new Order(Interlocked.Increment(ref _lastId), sku, quantity, amount, OrderStatus.Queued, null);
        _orders[order.Id] = order;
        _idsByKey[chargeKey] = order.Id;
        return order;
    }

    /// <summary>Whether the order of a charge is still there.</summary>
    public bool Has(string chargeKey) => _idsByKey.ContainsKey(chargeKey);

    /// <returns><see langword="null"/> where the order is gone.</returns>
    public Order? Charged(string chargeKey, string chargeId)
    {
        if (!_idsByKey.TryGetValue(chargeKey, out var id) || !_orders.TryGetValue(id, out var order))
        {
            return null;
        }

        var charged = order with { Status = OrderStatus.Charged, ChargeId = chargeId };
        return _orders.TryUpdate(id, charged, order) ? charged : null;
    }

    /// <summary>Forgets an order that could not be charged nor queued.</summary>
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
    /// <summary>Taken in; the charge is made as soon as payments can take it.</summary>
    Queued,

    Charged,
}
