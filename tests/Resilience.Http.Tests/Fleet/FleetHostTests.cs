using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Whole hosts in virtual time: what opens and closes the circuits of a fleet, and who takes part in it.</summary>
public sealed class FleetHostTests : IAsyncDisposable
{
    private readonly FleetHosts _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Two_of_three_hosts_open_the_third()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await FleetHosts.OpenAsync(one, two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);

        Assert.Matches(
            "^2 of 3 replicas with traffic hold it open; .+-[0-9a-f]{8} after 5 consecutive failures, last 503 ServiceUnavailable$",
            three.Circuit.Reason);
        Assert.False(await three.CallAsync());
        Assert.Equal(1, three.Sent);
    }

    [Fact]
    public async Task Hosts_whose_clocks_are_an_hour_off_take_part_like_the_others()
    {
        var one = await _fleet.StartAsync();
        var early = await _fleet.StartAsync(services: services => Shift(services, hours: -1));
        var late = await _fleet.StartAsync(services: services => Shift(services, hours: 1));
        Assert.True(await one.CallAsync() && await early.CallAsync() && await late.CallAsync());
        await _fleet.PassAsync(1);
        await FleetHosts.OpenAsync(one, early);
        await _fleet.PassUntilAsync(() => late.Circuit.State == CircuitState.Open);
        one.IsDown = early.IsDown = false;
        for (var i = 0; i < 100; i++)
        {
            await one.CallAsync();
            await early.CallAsync();
            await late.CallAsync();
            await _fleet.PassAsync(0.1);
        }

        Assert.All(new[] { one, early, late }, host => Assert.Equal(CircuitState.Closed, host.Circuit.State));

        void Shift(IServiceCollection services, int hours) =>
            services.AddSingleton<TimeProvider>(new ShiftedClock(_fleet.Clock, TimeSpan.FromHours(hours)));
    }

    [Fact]
    public async Task One_of_three_hosts_opens_alone()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await FleetHosts.OpenAsync(one);
        await _fleet.PassAsync(2);

        Assert.Equal(CircuitState.Open, one.Circuit.State);
        Assert.Equal(CircuitState.Closed, two.Circuit.State);
        Assert.Equal(CircuitState.Closed, three.Circuit.State);
    }

    [Fact]
    public async Task After_the_break_one_call_of_each_host_is_a_trial_and_all_close()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await FleetHosts.OpenAsync(one, two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        one.IsDown = two.IsDown = false;
        int[] sent = [one.Sent, two.Sent, three.Sent];
        for (var i = 0; i < 100; i++)
        {
            await one.CallAsync();
            await two.CallAsync();
            await three.CallAsync();
            await _fleet.PassAsync(0.1);
        }

        Assert.All(new[] { one, two, three }, host => Assert.Equal(CircuitState.Closed, host.Circuit.State));
        Assert.True(three.Sent > sent[2]);
    }

    [Fact]
    public async Task A_host_that_stops_leaves_the_quorum_at_once()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        await _fleet.PassAsync(1);
        Assert.Equal(3, one.Fleet.GetStatus().Circuits.Single().ReplicasWithTraffic);
        await three.StopAsync();
        await _fleet.PassAsync(1);

        Assert.Equal(2, one.Fleet.GetStatus().Circuits.Single().ReplicasWithTraffic);
        Assert.Equal(2, two.Fleet.GetStatus().Circuits.Single().ReplicasWithTraffic);
    }

    [Fact]
    public async Task Clients_that_do_not_share_their_circuits_stay_alone()
    {
        var one = await _fleet.StartAsync();
        var two = await _fleet.StartAsync();
        var alone = await _fleet.StartAsync(options => options.Fleet.Enabled = false);
        await one.CallAsync();
        await two.CallAsync();
        await FleetHosts.OpenAsync(one, two);
        await _fleet.PassAsync(2);

        Assert.Equal(CircuitState.Closed, alone.Circuit.State);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => alone.Fleet.ResetAsync("payments"));
        Assert.Equal("payments does not share its circuits. Set Fleet:Enabled of that client to true.", error.Message);
    }

    [Fact]
    public void A_client_that_is_to_share_without_a_fleet_stops_the_host()
    {
        using var services = new ServiceCollection()
            .AddResilientHttpClient("payments", options => options.Fleet.Enabled = true).Services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ICircuitRegistry>().GetAll());
        Assert.Contains("payments: Fleet:Enabled is true, but no fleet was added. Call services.AddResilienceFleet()", error.Message);
    }

    [Fact]
    public void A_handler_without_a_container_has_no_fleet()
    {
        var error = Assert.Throws<OptionsValidationException>(
            () => ResilientHttpHandler.Create("payments", new() { Fleet = { Enabled = true } }));

        Assert.Contains("a handler without a container has no fleet", error.Message);
    }

    [Fact]
    public void A_fleet_needs_a_store()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddResilienceFleet(_ => { }));

        Assert.Contains("UseRedis", error.Message);
    }

    [Fact]
    public async Task A_client_that_no_longer_shares_its_circuits_is_not_in_the_status()
    {
        var (isShared, settings) = (true, new ConfigurationManager());
        var one = await _fleet.StartAsync(
            options => options.Fleet.Enabled = isShared, services => services.AddSingleton<IConfiguration>(settings));
        await one.CallAsync();
        await _fleet.PassUntilAsync(() => one.Fleet.GetStatus().Circuits.Count == 1);
        isShared = false;
        settings["ResilientHttpClients:Clients:payments:TotalTimeout"] = "31s";
        ((IConfigurationRoot)settings).Reload();
        await _fleet.PassUntilAsync(() => one.Fleet.GetStatus().Circuits.Count == 0);
    }

    [Fact]
    public void The_name_of_a_replica_stays_if_the_fleet_is_added_again()
    {
        var services = new ServiceCollection();
        services.AddResilienceFleet(fleet =>
        {
            fleet.UseStore(_fleet.Store);
            fleet.ReplicaName = "north";
        });
        services.AddResilienceFleet(fleet => fleet.UseStore(_fleet.Store));
        using var one = services.BuildServiceProvider();
        using var two = services.BuildServiceProvider();
        string[] names = [.. new[] { one, two }.Select(each => each.GetRequiredService<IResilienceFleet>().GetStatus().ReplicaName)];

        Assert.All(names, static name => Assert.StartsWith("north-", name));
        Assert.NotEqual(names[0], names[1]);
    }
}
