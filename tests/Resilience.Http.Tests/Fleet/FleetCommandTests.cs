using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Fleet;

/// <summary>A command to isolate or reset a circuit reaches each host.</summary>
public sealed class FleetCommandTests : IAsyncDisposable
{
    private readonly FleetHosts _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task An_isolation_reaches_all_hosts_including_those_that_start_later()
    {
        var (one, two, _) = await _fleet.ThreeAsync();
        await one.Fleet.IsolateAsync("payments", "failover to the second region", TimeSpan.FromMinutes(10), by: "alice");
        Assert.Equal(CircuitState.Isolated, one.Circuit.State);
        await _fleet.PassAsync(1);
        var late = await _fleet.StartAsync();

        Assert.Equal(CircuitState.Isolated, two.Circuit.State);
        Assert.Equal(CircuitState.Isolated, late.Circuit.State);
        Assert.Equal("failover to the second region (in all replicas, by alice)", late.Circuit.Reason);
        Assert.False(await late.CallAsync());
    }

    [Fact]
    public async Task An_isolation_ends_everywhere_at_its_time()
    {
        var (one, two, _) = await _fleet.ThreeAsync();
        await one.Fleet.IsolateAsync("payments", "maintenance", TimeSpan.FromSeconds(30));
        await _fleet.PassAsync(20);
        var late = await _fleet.StartAsync();
        await _fleet.PassAsync(9);
        Assert.Equal(CircuitState.Isolated, late.Circuit.State);
        await _fleet.PassAsync(2);

        Assert.All(new[] { one, two, late }, host => Assert.Equal(CircuitState.HalfOpen, host.Circuit.State));
        Assert.True(await late.CallAsync());
    }

    [Fact]
    public async Task A_reset_reaches_all_hosts()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await one.Fleet.IsolateAsync("payments", "maintenance");
        await _fleet.PassAsync(1);
        await three.Fleet.ResetAsync("payments", by: "bob");
        await _fleet.PassAsync(1);
        var late = await _fleet.StartAsync();

        Assert.All(new[] { one, two, three, late }, host => Assert.Equal(CircuitState.Closed, host.Circuit.State));
        Assert.Contains("payments (*): reset in all replicas, by bob.", two.Logs.Named("ResetByFleet"));
    }

    [Fact]
    public async Task A_reset_ends_a_break_of_the_fleet_in_each_host()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await FleetHosts.OpenAsync(one, two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        one.IsDown = two.IsDown = false;
        await one.Fleet.ResetAsync("payments");
        await _fleet.PassAsync(1);

        Assert.All(new[] { one, two, three }, host => Assert.Equal(CircuitState.Closed, host.Circuit.State));
        Assert.True(await three.CallAsync());
    }

    [Fact]
    public async Task An_isolation_that_the_store_lost_is_written_again()
    {
        var store = new InMemoryFleetStore(_fleet.Clock);
        var one = await _fleet.StartAsync(services: services => services.AddResilienceFleet(fleet => fleet.UseStore(store)));
        await one.Fleet.IsolateAsync("payments", "maintenance");
        store.Clear();
        await _fleet.PassAsync(1);
        var late = await _fleet.StartAsync(services: services => services.AddResilienceFleet(fleet => fleet.UseStore(store)));

        Assert.Equal(CircuitState.Isolated, late.Circuit.State);
    }

    [Fact]
    public async Task An_order_that_the_store_does_not_confirm_throws()
    {
        var one = await _fleet.StartAsync();
        await _fleet.PassAsync(1);
        _fleet.Store.IsGone = true;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => one.Fleet.IsolateAsync("payments", "maintenance"));

        Assert.StartsWith(
            "payments: the store of the fleet did not confirm the order: connection refused. It reached no replica", error.Message);
        Assert.Equal(CircuitState.Closed, one.Circuit.State);
    }

    [Fact]
    public async Task Wrong_orders_are_refused()
    {
        var one = await _fleet.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => one.Fleet.IsolateAsync("payments", " "));
        await Assert.ThrowsAsync<ArgumentException>(() => one.Fleet.IsolateAsync("payments", "x", authority: "nonsense"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.Fleet.IsolateAsync("payments", "x", TimeSpan.Zero));
        await Assert.ThrowsAsync<InvalidOperationException>(() => one.Fleet.IsolateAsync("unknown", "x"));
    }

    [Fact]
    public async Task A_reset_exempts_a_circuit_from_an_isolation_before_its_first_call()
    {
        const string Other = "https://other.internal";
        var (one, two, _) = await _fleet.ThreeAsync();
        await one.Fleet.IsolateAsync("payments", "maintenance");
        await one.Fleet.ResetAsync("payments", Other, by: "bob");
        await _fleet.PassUntilAsync(() => two.Circuits.Find("payments", Other) is not null);
        var late = await _fleet.StartAsync();

        Assert.All(new[] { one, two, late }, static host =>
        {
            Assert.Equal(CircuitState.Closed, host.Circuits.Find("payments", Other)!.State);
            Assert.Equal(CircuitState.Isolated, host.Circuits.Find("payments", "https://payments.internal")!.State);
        });
    }

    [Fact]
    public async Task A_reset_of_a_circuit_that_a_host_does_not_have_is_not_logged_there()
    {
        var one = await _fleet.StartAsync();
        await one.Fleet.ResetAsync("payments", "https://other.internal", by: "bob");

        Assert.Empty(one.Logs.Named("ResetByFleet"));
        Assert.Empty(one.Logs.Named("OrderFailed"));
    }
}
