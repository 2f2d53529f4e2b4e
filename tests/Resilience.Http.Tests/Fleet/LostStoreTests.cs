using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Hosts whose store is gone go on by themselves and say so.</summary>
public sealed class LostStoreTests : IAsyncDisposable
{
    private readonly FleetHosts _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task A_lost_store_costs_no_call_and_its_loss_and_return_are_logged_once_each()
    {
        var (one, _, _) = await _fleet.ThreeAsync();
        _fleet.Store.IsGone = true;
        for (var i = 0; i < 60; i++)
        {
            Assert.True(await one.CallAsync());
            await _fleet.PassAsync(1);
        }

        Assert.False(one.Fleet.GetStatus().IsConnected);
        _fleet.Store.IsGone = false;
        await _fleet.PassAsync(5);

        Assert.True(one.Fleet.GetStatus().IsConnected);
        Assert.Single(one.Logs.Named("StoreLost"));
        Assert.Single(one.Logs.Named("StoreBack"));
        Assert.StartsWith("The store of the fleet, ", one.Logs.Named("StoreLost")[0]);
        Assert.Contains(", cannot be reached: connection refused. Until it is back, ", one.Logs.Named("StoreLost")[0]);
        Assert.DoesNotContain(one.Logs.All, line => line.Level > LogLevel.Warning);
    }

    [Fact]
    public async Task Without_the_store_a_host_opens_and_tries_alone()
    {
        var (one, _, _) = await _fleet.ThreeAsync();
        _fleet.Store.IsGone = true;
        await FleetHosts.OpenAsync(one);
        Assert.Equal(CircuitState.Open, one.Circuit.State);
        await _fleet.PassAsync(6);
        one.IsDown = false;
        Assert.True(await one.CallAsync(times: 2));

        Assert.Equal(CircuitState.Closed, one.Circuit.State);
    }

    [Fact]
    public async Task A_break_of_the_fleet_ends_by_local_trials_if_the_store_is_lost()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await FleetHosts.OpenAsync(one, two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        _fleet.Store.IsGone = true;
        await _fleet.PassAsync(6);

        Assert.True(await three.CallAsync(times: 2));
        Assert.Equal(CircuitState.Closed, three.Circuit.State);
    }

    [Fact]
    public async Task The_health_says_that_the_store_is_gone_and_stays_healthy()
    {
        var one = await _fleet.StartAsync(services: services => services.AddHealthChecks().AddResilienceFleet());
        await _fleet.PassAsync(1);
        var well = await one.CheckAsync();
        _fleet.Store.IsGone = true;
        await _fleet.PassAsync(3);
        var lost = await one.CheckAsync();

        Assert.Equal("The store of the fleet is reached.", well.Description);
        Assert.Equal(HealthStatus.Healthy, lost.Status);
        Assert.StartsWith("The store of the fleet is not reached since 2030-01-01 12:00:", lost.Description);
        Assert.Equal(false, lost.Data["connected"]);
    }
}
