using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Metrics, snapshots and log lines of the fleet.</summary>
public sealed class FleetTelemetryTests : IAsyncDisposable
{
    private readonly FleetHosts _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

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
    public async Task Metrics_show_the_store_the_replicas_and_the_commands()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        using var metrics = new RecordedMetrics(three.Services.GetRequiredService<IMeterFactory>());
        await FleetHosts.OpenAsync(one);
        await _fleet.PassUntilAsync(() => three.Fleet.GetStatus().Circuits.Single().ReplicasOpen == 1);

        Assert.Equal(1, metrics.Observe("resilience.fleet.connected").Single().Value);
        Assert.True(metrics.Observe("resilience.fleet.commands").Single().Value > 2);
        Assert.Equal(
            ["not_open 2", "open 1"],
            metrics.Observe("resilience.fleet.replicas")
                .Select(row => $"{row.Tags["resilience.fleet.replica.state"]} {row.Value}")
                .Order());
        await FleetHosts.OpenAsync(two);
        await _fleet.PassUntilAsync(() => three.Circuit.State == CircuitState.Open);
        Assert.Equal(1, metrics.Observe("resilience.fleet.opened_by_others").Single().Value);
    }

    [Fact]
    public async Task Snapshots_of_the_services_show_the_state_of_the_fleet_in_words()
    {
        var (one, two, three) = await _fleet.ThreeAsync();
        var alone = await _fleet.StartAsync(options => options.Fleet.Enabled = false);
        await FleetHosts.OpenAsync(one);
        await _fleet.PassUntilAsync(() => FleetOf(three)?.Contains("held open by 1 of 3") ?? false);
        await FleetHosts.OpenAsync(two);
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

    [Fact]
    public async Task A_disposed_host_is_no_longer_measured()
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
}
