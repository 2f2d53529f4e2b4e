using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Orders to all replicas, with a store that loses data or hangs.</summary>
public sealed class SteeringTests : IDisposable
{
    private const string Payments = "payments";
    private const string Authority = "https://payments.internal";

    private readonly VirtualTimeProvider _clock = new();
    private readonly RestorableStore _store;
    private readonly List<Replica> _replicas = [];

    public SteeringTests() => _store = new(_clock);

    public void Dispose() => _replicas.ForEach(static replica => replica.Fleet.Dispose());

    [Fact]
    public async Task A_reset_stays_if_the_store_restarts_with_older_data()
    {
        var (one, two) = (Start(), Start());
        await IsolateAsync(one, "*");
        await ExchangeAsync(one, two);
        _store.Save();
        await ResetAsync(one, "*");
        await ExchangeAsync(one, two);
        _store.Restore();
        await ExchangeAsync(one, two, one, two);
        var late = Start();
        await ExchangeAsync(late);

        Assert.All(new[] { one, two }, static replica => Assert.Equal(["isolate *", "reset *"], replica.Orders));
        Assert.Equal(["reset *"], late.Orders);
    }

    [Fact]
    public async Task An_isolation_is_written_again_if_the_store_restarts_with_older_data()
    {
        var (one, two) = (Start(), Start());
        await ResetAsync(one, "*");
        await ExchangeAsync(one, two);
        _store.Save();
        await IsolateAsync(one, "*");
        await ExchangeAsync(one, two);
        _store.Restore();
        await ExchangeAsync(one, two, one, two);
        var late = Start();
        await ExchangeAsync(late);

        Assert.All(new[] { one, two }, static replica => Assert.Equal(["reset *", "isolate *"], replica.Orders));
        Assert.Equal(["isolate *"], late.Orders);
    }

    [Fact]
    public async Task Orders_that_only_some_replicas_knew_before_a_restart_reach_all()
    {
        var (one, two) = (Start(), Start());
        await IsolateAsync(one, Authority);
        await ExchangeAsync(one, two);
        _store.Save();
        await ResetAsync(one, Authority);
        _store.Restore();
        await IsolateAsync(two, "https://other.internal");
        await ExchangeAsync(one, two);

        Assert.Equal([$"isolate {Authority}", $"reset {Authority}", "isolate https://other.internal"], one.Orders);
        Assert.Equal([$"isolate {Authority}", "isolate https://other.internal", $"reset {Authority}"], two.Orders);
    }

    [Fact]
    public async Task An_order_after_a_restart_of_the_store_joins_those_before_it()
    {
        var one = Start();
        await IsolateAsync(one, "*");
        _store.Save();
        await ResetAsync(one, "*");
        _store.Restore();
        await IsolateAsync(one, Authority);

        Assert.Equal(["isolate *", "reset *", $"isolate {Authority}"], one.Orders);
    }

    [Fact]
    public async Task While_nothing_is_lost_orders_are_written_once()
    {
        var (one, two) = (Start(), Start());
        await IsolateAsync(one, "*");
        await ResetAsync(two, Authority);
        for (var i = 0; i < 20; i++)
        {
            await ExchangeAsync(one, two);
        }

        Assert.Equal(2, _store.Writes);
    }

    [Fact]
    public async Task A_reset_of_one_circuit_lasts_as_long_as_the_isolation_of_all()
    {
        var one = Start();
        await IsolateAsync(one, "*");
        await ResetAsync(one, Authority);
        _clock.Advance(TimeSpan.FromHours(13));
        await ExchangeAsync(one); // It is written again twice a day, without the orders that mean nothing more.
        await IsolateAsync(one, "https://other.internal");
        var late = Start();
        await ExchangeAsync(late);

        Assert.Equal(["isolate *", $"reset {Authority}", "isolate https://other.internal"], late.Orders);
    }

    [Fact]
    public async Task A_reset_that_exempts_no_circuit_is_forgotten()
    {
        var one = Start();
        await IsolateAsync(one, "*", TimeSpan.FromHours(2));
        await ResetAsync(one, Authority);
        _clock.Advance(TimeSpan.FromHours(13));
        await ExchangeAsync(one);
        var late = Start();
        await ExchangeAsync(late);

        Assert.Empty(late.Orders);
    }

    [Fact]
    public async Task An_order_to_a_store_that_hangs_ends_and_the_exchanges_go_on()
    {
        var one = Start();
        await ExchangeAsync(one);
        _store.Hangs = true;
        var order = IsolateAsync(one, "*");
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => order.WaitAsync(TimeSpan.FromSeconds(30)));
        _store.Hangs = false;
        await ExchangeAsync(one).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_exchange_ends_if_the_store_hangs_when_lost_orders_are_written_again()
    {
        var one = Start();
        await IsolateAsync(one, "*");
        _store.Clear();
        _store.Hangs = true;
        var exchange = ExchangeAsync(one);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchange.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private Replica Start()
    {
        var replica = new Replica(_store, _clock, _replicas.Count);
        _replicas.Add(replica);
        return replica;
    }

    private static async Task ExchangeAsync(params Replica[] replicas)
    {
        foreach (var replica in replicas)
        {
            await replica.Fleet.ExchangeAsync(CancellationToken.None);
        }
    }

    private static Task IsolateAsync(Replica replica, string authority, TimeSpan? duration = null) => replica.Fleet.SteerAsync(
        Payments,
        at => new(authority, Isolates: true, "maintenance", "alice", at, at + (long?)duration?.TotalMilliseconds),
        CancellationToken.None).AsTask();

    private static Task ResetAsync(Replica replica, string authority) => replica.Fleet.SteerAsync(
        Payments, at => new(authority, Isolates: false, "", "alice", at, Until: null), CancellationToken.None).AsTask();

    /// <summary>A replica without circuits, which records what it was ordered to do.</summary>
    private sealed class Replica : ICircuitSource, ISteered
    {
        public Replica(IFleetStore store, VirtualTimeProvider clock, int number) =>
            Fleet = new($"r{number}", store, this, this, clock, static () => 0.5);

        public FleetReplica Fleet { get; }

        public List<string> Orders { get; } = [];

        public IReadOnlyList<string> Services => [Payments];

        public IEnumerable<(Circuit Circuit, HttpFleetOptions Options)> Circuits => [];

        public void Carry(string service, SteeringEntry entry, TimeSpan? left) =>
            Orders.Add($"{(entry.Isolates ? "isolate" : "reset")} {entry.Authority}");
    }
}
