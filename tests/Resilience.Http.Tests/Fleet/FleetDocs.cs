using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>The snippets of docs/fleet.md.</summary>
public sealed class FleetDocs
{
    [Fact]
    public void A_client_shares_its_circuits()
    {
        var services = new ServiceCollection();

        #region register
        services.AddResilientHttpClient("payments", options => options.Fleet.Enabled = true); // or Fleet:Enabled in configuration
        services.AddResilienceFleet(fleet => fleet.UseRedis("redis.internal:6379,password=..."));
        #endregion

        Assert.Contains(services, service => service.ServiceType == typeof(IResilienceFleet));
    }

    [Fact]
    public async Task Orders_are_given_to_all_replicas()
    {
        await using var hosts = new FleetHosts();
        var host = await hosts.StartAsync();
        var app = new { host.Services };

        #region steer
        var fleet = app.Services.GetRequiredService<IResilienceFleet>();

        await fleet.IsolateAsync("payments", reason: "failover to the second region", duration: TimeSpan.FromMinutes(10), by: "alice");

        await fleet.ResetAsync("payments", by: "alice");
        #endregion

        Assert.Equal(CircuitState.Closed, host.Circuit.State);
    }

    [Fact]
    public void The_example_of_a_quota_of_all_replicas_is_valid()
    {
        var services = new ServiceCollection();

        #region quota
        services.AddResilientHttpClient("maps", options =>
        {
            options.RateLimit.Enabled = true;
            options.RateLimit.Scope = HttpRateLimitScope.Fleet;
            options.RateLimit.Permits = 100;     // of all replicas together
            options.RateLimit.QueueLimit = 50;   // of each replica
        });
        services.AddResilienceFleet(fleet => fleet.UseRedis("redis.internal:6379"));
        #endregion

        using var provider = services.BuildServiceProvider();
        Assert.Empty(provider.GetRequiredService<ICircuitRegistry>().GetAll());
    }

    [Fact]
    public async Task A_custom_store_satisfies_the_contract()
    {
        var clock = new VirtualTimeProvider();
        var store = new InMemoryFleetStore(clock);
        var otherClient = store;

        #region contract
        var contract = new FleetStoreContract(store, pass: time =>
        {
            clock.Advance(time); // with a real server: await Task.Delay(time)
            return Task.CompletedTask;
        }, otherClient);         // with a real server: a store with its own connection
        foreach (var rule in FleetStoreContract.Rules)
        {
            await contract.CheckAsync(rule);
        }
        #endregion
    }
}
