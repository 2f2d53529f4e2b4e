using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Whole hosts in virtual time: settings, calls, orders, logs, health and metrics.</summary>
public sealed class FleetHostTests : IAsyncDisposable
{
    private readonly FleetHosts _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Two_of_three_hosts_open_the_third()
    {
        var (one, two, three) = await ThreeAsync();
        await OpenAsync(one, two);
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
        await OpenAsync(one, early);
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
        var (one, two, three) = await ThreeAsync();
        await OpenAsync(one);
        await _fleet.PassAsync(2);

        Assert.Equal(CircuitState.Open, one.Circuit.State);
        Assert.Equal(CircuitState.Closed, two.Circuit.State);
        Assert.Equal(CircuitState.Closed, three.Circuit.State);
    }

    [Fact]
    public async Task After_the_break_one_call_of_each_host_is_a_trial_and_all_close()
    {
        var (one, two, three) = await ThreeAsync();
        await OpenAsync(one, two);
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
    public async Task An_isolation_reaches_all_hosts_also_those_that_start_later()
    {
        var (one, two, _) = await ThreeAsync();
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
        var (one, two, _) = await ThreeAsync();
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
        var (one, two, three) = await ThreeAsync();
        await one.Fleet.IsolateAsync("payments", "maintenance");
        await _fleet.PassAsync(1);
        await three.Fleet.ResetAsync("payments", by: "bob");
        await _fleet.PassAsync(1);
        var late = await _fleet.StartAsync();

        Assert.All(new[] { one, two, three, late }, host => Assert.Equal(CircuitState.Closed, host.Circuit.State));
        Assert.Contains("payments (*): reset in all replicas, by bob.", two.Logs.Named("ResetByFleet"));
    }

    [Fact]
    public async Task A_reset_excepts_a_circuit_from_an_isolation_before_its_first_call()
    {
        const string Other = "https://other.internal";
        var (one, two, _) = await ThreeAsync();
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

    [Fact]
    public async Task A_reset_ends_a_break_of_the_fleet_in_each_host()
    {
        var (one, two, three) = await ThreeAsync();
        await OpenAsync(one, two);
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

    [Theory]
    [InlineData("redis.internal:6379,password=secret", "Redis at redis.internal:6379")]
    [InlineData("10.0.0.1:6379,10.0.0.2:6380,user=app,password=secret", "Redis at 10.0.0.1:6379, 10.0.0.2:6380")]
    public void Messages_name_the_servers_of_the_store_and_not_the_password(string configuration, string name)
    {
        var services = new ServiceCollection();
        services.AddResilienceFleet(fleet => fleet.UseRedis(configuration));
        using var provider = services.BuildServiceProvider();

        Assert.Equal(name, provider.GetRequiredService<IFleetStore>().ToString());
    }

    [Fact]
    public async Task A_lost_store_costs_no_call_and_is_logged_once_and_once_when_it_is_back()
    {
        var (one, _, _) = await ThreeAsync();
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
        var (one, _, _) = await ThreeAsync();
        _fleet.Store.IsGone = true;
        await OpenAsync(one);
        Assert.Equal(CircuitState.Open, one.Circuit.State);
        await _fleet.PassAsync(6);
        one.IsDown = false;
        Assert.True(await one.CallAsync(times: 2));

        Assert.Equal(CircuitState.Closed, one.Circuit.State);
    }

    [Fact]
    public async Task A_break_of_the_fleet_ends_by_own_trials_if_the_store_is_lost()
    {
        var (one, two, three) = await ThreeAsync();
        await OpenAsync(one, two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        _fleet.Store.IsGone = true;
        await _fleet.PassAsync(6);

        Assert.True(await three.CallAsync(times: 2));
        Assert.Equal(CircuitState.Closed, three.Circuit.State);
    }

    [Fact]
    public async Task A_host_that_stops_leaves_the_quorum_at_once()
    {
        var (one, two, three) = await ThreeAsync();
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
        await OpenAsync(one, two);
        await _fleet.PassAsync(2);

        Assert.Equal(CircuitState.Closed, alone.Circuit.State);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => alone.Fleet.ResetAsync("payments"));
        Assert.Equal("payments does not share its circuits. Set Fleet:Enabled of that client to true.", error.Message);
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
    public async Task The_health_says_that_the_store_is_gone_and_stays_healthy()
    {
        var one = await _fleet.StartAsync(services: services => services.AddHealthChecks().AddResilienceFleet());
        await _fleet.PassAsync(1);
        var well = await CheckAsync(one);
        _fleet.Store.IsGone = true;
        await _fleet.PassAsync(3);
        var lost = await CheckAsync(one);

        Assert.Equal("The store of the fleet is reached.", well.Description);
        Assert.Equal(HealthStatus.Healthy, lost.Status);
        Assert.StartsWith("The store of the fleet is not reached since 2030-01-01 12:00:", lost.Description);
        Assert.Equal(false, lost.Data["connected"]);
    }

    [Fact]
    public async Task Metrics_show_the_store_the_replicas_and_the_commands()
    {
        var (one, two, three) = await ThreeAsync();
        using var metrics = new RecordedMetrics(three.Services.GetRequiredService<IMeterFactory>());
        await OpenAsync(one);
        await _fleet.PassUntilAsync(() => three.Fleet.GetStatus().Circuits.Single().ReplicasOpen == 1);

        Assert.Equal(1, metrics.Observe("resilience.fleet.connected").Single().Value);
        Assert.True(metrics.Observe("resilience.fleet.commands").Single().Value > 2);
        Assert.Equal(
            ["not_open 2", "open 1"],
            metrics.Observe("resilience.fleet.replicas")
                .Select(row => $"{row.Tags["resilience.fleet.replica.state"]} {row.Value}")
                .Order());
        await OpenAsync(two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        Assert.Equal(1, metrics.Observe("resilience.fleet.opened_by_others").Single().Value);
    }

    [Fact]
    public async Task A_disposed_host_is_not_measured_any_more()
    {
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = meters.GetRequiredService<IMeterFactory>();
        using var metrics = new RecordedMetrics(factory);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_fleet.Clock).AddSingleton(factory);
        services.AddResilientHttpClient("payments", static options => options.Fleet.Enabled = true);
        services.AddResilienceFleet(fleet => fleet.UseStore(_fleet.Store));
        var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        string[] names = ["resilience.fleet.connected", "resilience.fleet.commands", "resilience.fleet.opened_by_others"];
        Assert.All(names, name => Assert.Single(metrics.Observe(name)));
        await provider.DisposeAsync();

        Assert.All(names, name => Assert.Empty(metrics.Observe(name)));
    }

    [Fact]
    public async Task Snapshots_of_the_services_show_the_state_of_the_fleet_in_words()
    {
        var (one, two, three) = await ThreeAsync();
        var alone = await _fleet.StartAsync(options => options.Fleet.Enabled = false);
        await OpenAsync(one);
        await _fleet.PassUntilAsync(() => FleetOf(three)?.Contains("held open by 1 of 3") ?? false);
        await OpenAsync(two);
        await _fleet.PassUntilAsync(() => FleetOf(three)?.Contains("is open in the fleet, by ") ?? false);
        Assert.Null(FleetOf(alone));
        _fleet.Store.IsGone = true;
        await _fleet.PassUntilAsync(() => FleetOf(three)?.EndsWith(" decides alone", StringComparison.Ordinal) ?? false);

        Assert.Matches("^the store has not been reached since 2030-01-01 12:0[0-9:]+ UTC; .+-[0-9a-f]{8} decides alone$", FleetOf(three));

        static string? FleetOf(FleetHost host) => host.Services.GetRequiredService<IServiceMonitor>().Find("payments")?.Fleet;
    }

    [Fact]
    public async Task Joining_is_logged_once()
    {
        var one = await _fleet.StartAsync();
        await _fleet.PassAsync(5);

        var line = Assert.Single(one.Logs.Named("Joined"));
        Assert.Matches("^This replica, .+-[0-9a-f]{8}, shares the circuits of payments.$", line);
    }

    private async Task<(FleetHost One, FleetHost Two, FleetHost Three)> ThreeAsync()
    {
        var one = await _fleet.StartAsync();
        var two = await _fleet.StartAsync();
        var three = await _fleet.StartAsync();
        foreach (var host in new[] { one, two, three })
        {
            Assert.True(await host.CallAsync());
        }

        await _fleet.PassAsync(1);
        return (one, two, three);
    }

    private static async Task OpenAsync(params FleetHost[] hosts)
    {
        foreach (var host in hosts)
        {
            host.IsDown = true;
            await host.CallAsync(times: 5);
        }
    }

    private static async Task<HealthReportEntry> CheckAsync(FleetHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["resilience-fleet"];
}
