using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Hosts that share a quota, in virtual time.</summary>
public sealed class FleetQuotaHostTests : IAsyncLifetime
{
    private readonly FleetHosts _fleet = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Two_hosts_share_one_quota()
    {
        var (one, two) = (await _fleet.StartAsync(Quota), await _fleet.StartAsync(Quota));
        Task[] calls = [.. Enumerable.Range(0, 20).Select(i => (i % 4 == 0 ? one : two).CallAsync())];
        await _fleet.PassUntilAsync(() => Array.TrueForAll(calls, static call => call.IsCompleted));

        Assert.Equal((5, 15), (one.Sent, two.Sent));
    }

    [Fact]
    public async Task A_host_waits_if_the_other_host_has_used_up_the_quota()
    {
        static void Hourly(ResilientHttpClientOptions options)
        {
            Quota(options);
            options.TotalTimeout = TimeSpan.FromHours(10);
            options.RateLimit.Per = TimeSpan.FromHours(1);
        }

        var (one, two) = (await _fleet.StartAsync(Hourly), await _fleet.StartAsync(Hourly));
        var first = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => one.CallAsync()));
        await _fleet.PassUntilAsync(() => first.IsCompleted);
        var last = two.CallAsync();
        await _fleet.PassAsync(5);
        var sent = two.Sent;
        for (var hour = 0; hour < 8 && !last.IsCompleted; hour++)
        {
            _fleet.Clock.Advance(TimeSpan.FromMinutes(15));
            await _fleet.PassAsync(3);
        }

        Assert.Equal(0, sent);
        Assert.True(await last);
    }

    [Fact]
    public async Task Without_the_store_a_replica_sends_its_share_and_logs_it_once()
    {
        var (one, two) = (await _fleet.StartAsync(Quota), await _fleet.StartAsync(Quota));
        await AnswerAsync(one);
        await AnswerAsync(two);
        _fleet.Store.IsGone = true;
        await CallUntilAsync(two, () => two.Logs.Named("QuotaStoreLost").Count == 1);
        await AnswerAsync(two);
        var lost = two.Fleet.GetStatus().IsConnected;
        _fleet.Store.IsGone = false;
        await _fleet.PassUntilAsync(() => two.Logs.Named("QuotaStoreBack").Count == 1);
        await AnswerAsync(two);

        // How many were seen within 10 s of virtual time depends on the pool.
        Assert.Matches(
            $"^payments: the store of the fleet, {_fleet.Store}, cannot be reached: connection refused. Until it is back, this replica " +
            "sends its share of the quota, which is one part in [12] of 10 request\\(s\\) per 1 s, by the replicas that were seen lately.$",
            Assert.Single(two.Logs.Named("QuotaStoreLost")));
        Assert.EndsWith(
            "The replicas share the quota of 10 request(s) per 1 s again.", Assert.Single(two.Logs.Named("QuotaStoreBack")));
        Assert.Equal((false, true), (lost, two.Fleet.GetStatus().IsConnected));
        Assert.Empty(two.Logs.Named("StoreLost"));
    }

    [Fact]
    public async Task A_call_beyond_the_queue_limit_is_rejected_naming_the_quota_of_all_replicas()
    {
        var one = await _fleet.StartAsync(options =>
        {
            Quota(options);
            options.RateLimit.QueueLimit = 1;
        });
        _fleet.Store.IsGone = true; // No grant comes between the two calls.
        var first = one.CallAsync();
        var rejected = one.CallAsync();
        await _fleet.PassUntilAsync(() => first.IsCompleted && rejected.IsCompleted);

        Assert.Contains(one.Logs.Named("RequestsRejected"), static text => text.StartsWith(
            "payments was not called: the limit of all replicas together is 10 request(s) per 1 s (RateLimit:Permits), and " +
            "1 request(s) are already waiting (RateLimit:QueueLimit is 1)",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_that_wait_when_the_host_stops_use_the_share_of_the_replica()
    {
        var one = await _fleet.StartAsync(Quota);
        Task[] calls = [.. Enumerable.Range(0, 15).Select(_ => one.CallAsync())];
        await _fleet.PassUntilAsync(() => one.Sent >= 10);
        await one.StopAsync();
        await _fleet.PassUntilAsync(() => Array.TrueForAll(calls, static call => call.IsCompleted));

        Assert.Equal(15, one.Sent);
    }

    [Fact]
    public async Task Metric_and_health_of_a_store_that_only_quotas_use_say_whether_it_answers()
    {
        var one = await _fleet.StartAsync(Quota, static services => services.AddHealthChecks().AddResilienceFleet());
        using var metrics = new RecordedMetrics(one.Services.GetRequiredService<IMeterFactory>());
        var (unused, unusedHealth) = (metrics.Observe("resilience.fleet.connected"), await HealthAsync(one));
        await AnswerAsync(one);
        var (used, usedHealth) = (metrics.Observe("resilience.fleet.connected"), await HealthAsync(one));
        _fleet.Store.IsGone = true;
        await CallUntilAsync(one, () => one.Logs.Named("QuotaStoreLost").Count == 1);
        var (lost, lostHealth) = (metrics.Observe("resilience.fleet.connected"), await HealthAsync(one));

        Assert.Empty(unused);
        Assert.Equal("The store of the fleet has not been used yet.", unusedHealth);
        Assert.Equal(1, Assert.Single(used).Value);
        Assert.Equal("The store of the fleet is reached.", usedHealth);
        Assert.Equal(0, Assert.Single(lost).Value);
        Assert.StartsWith("The store of the fleet is not reached since 2030-01-01 12:0", lostHealth);
    }

    [Fact]
    public async Task A_virtual_clock_waits_for_the_permits_of_the_calls_that_it_drives()
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services.AddResilientHttpClient("payments", Quota);
        services.AddResilienceFleet(fleet => fleet.UseStore(new InMemoryFleetStore(clock)));
        var server = services.UseScriptedServer("payments", static script => script.Always(200));
        await using var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        for (var call = 0; call < 10; call++)
        {
            using var response = await clock.RunAsync(() => client.GetAsync("https://payments.internal/"));
            server.LastCall.ShouldHaveTakenBetween(TimeSpan.Zero, TimeSpan.FromSeconds(0.3));
        }
    }

    [Fact]
    public void A_quota_of_all_replicas_without_a_fleet_stops_the_host()
    {
        using var services = new ServiceCollection().AddResilientHttpClient("payments", Quota).Services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ICircuitRegistry>().GetAll());
        Assert.Equal(
            "payments: RateLimit:Scope is Fleet, but no fleet was added. Call services.AddResilienceFleet() (package " +
            "Resilience.Http.Fleet), or set RateLimit:Scope to Service and RateLimit:Permits to the share of one replica",
            Assert.Single(error.Failures));
    }

    [Theory]
    [InlineData("Permits", "RateLimit.Scope", "needs Permits: set it to the quota of all replicas together")]
    [InlineData("Per", "RateLimit.Per", "is too short for Scope Fleet: set at least 1s, because replicas share a quota in steps of a " +
        "twentieth of Per")]
    [InlineData("QueueLimit", "RateLimit.QueueLimit", "is too low for Scope Fleet: set at least 1, because a request may have to wait " +
        "until its permit is granted")]
    public void A_quota_of_all_replicas_needs_a_rate_a_period_and_a_queue(string wrong, string key, string text)
    {
        using var services = new ServiceCollection()
            .AddResilientHttpClient("payments", options =>
            {
                Quota(options);
                options.RateLimit.Permits = wrong == "Permits" ? null : 10;
                options.RateLimit.Per = TimeSpan.FromSeconds(wrong == "Per" ? 0.5 : 1);
                options.RateLimit.QueueLimit = wrong == "QueueLimit" ? 0 : 1;
            })
            .Services.AddResilienceFleet(fleet => fleet.UseStore(new InMemoryFleetStore())).BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ICircuitRegistry>().GetAll());
        Assert.StartsWith($"payments: {key} = ", Assert.Single(error.Failures));
        Assert.EndsWith(text, Assert.Single(error.Failures));
    }

    [Fact]
    public void A_handler_without_a_container_shares_no_quota()
    {
        var options = new ResilientHttpClientOptions();
        Quota(options);

        var error = Assert.Throws<OptionsValidationException>(() => ResilientHttpHandler.Create("payments", options));
        Assert.Contains("RateLimit:Scope is Fleet, but a handler without a container has no fleet", error.Message);
    }

    private static void Quota(ResilientHttpClientOptions options)
    {
        options.Fleet.Enabled = false;
        options.TotalTimeout = TimeSpan.FromMinutes(10);
        options.RateLimit.Enabled = true;
        options.RateLimit.Permits = 10;
        options.RateLimit.QueueLimit = 100;
        options.RateLimit.Scope = HttpRateLimitScope.Fleet;
    }

    private static async Task<string?> HealthAsync(FleetHost host) => (await host.Services
        .GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["resilience-fleet"].Description;

    private async Task AnswerAsync(FleetHost host)
    {
        var call = host.CallAsync();
        await _fleet.PassUntilAsync(() => call.IsCompleted);
        Assert.True(await call);
    }

    private async Task CallUntilAsync(FleetHost host, Func<bool> condition)
    {
        List<Task<bool>> calls = [];
        for (var round = 0; round < 100 && !condition(); round++)
        {
            calls.Add(host.CallAsync());
            await _fleet.PassAsync(0.1);
        }

        await _fleet.PassUntilAsync(() => calls.TrueForAll(static call => call.IsCompleted) && condition());
    }
}
