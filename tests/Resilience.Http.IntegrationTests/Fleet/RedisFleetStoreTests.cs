using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>The contract of the store, against real servers.</summary>
public sealed class RedisFleetStoreTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    public static TheoryData<string> Rules => [.. FleetStoreContract.Rules];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_store_keeps_the_contract_in_Garnet(string rule) => await CheckAsync(garnet.Address, rule);

    [Fact]
    public async Task The_store_keeps_the_contract_in_Redis()
    {
        using var redis = await RedisServer.StartAsync();

        foreach (var rule in FleetStoreContract.Rules)
        {
            await CheckAsync(redis.Address, rule);
        }
    }

    [Fact]
    public async Task Every_key_expires()
    {
        using var redis = await RedisServer.StartAsync();
        foreach (var rule in FleetStoreContract.Rules)
        {
            await CheckAsync(redis.Address, rule);
        }

        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.Address);
        var keys = connection.GetServer(redis.Address).Keys().ToList();
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            Assert.NotNull(await connection.GetDatabase().KeyTimeToLiveAsync(key));
        }
    }

    [Fact]
    public async Task A_connection_of_the_app_can_be_used()
    {
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(garnet.Address);
        await using var services = Services(fleet => fleet.UseRedis(redis => redis.Connection = _ => connection));

        foreach (var rule in FleetStoreContract.Rules)
        {
            await new FleetStoreContract(services.GetRequiredService<IFleetStore>(), Task.Delay).CheckAsync(rule);
        }

        services.Dispose();
        Assert.True(connection.IsConnected);
    }

    [Fact]
    public void A_connection_is_needed()
    {
        var error = Assert.Throws<ArgumentException>(() => Services(fleet => fleet.UseRedis(_ => { })));

        Assert.Contains("redis.internal:6379", error.Message);
    }

    private static async Task CheckAsync(string address, string rule)
    {
        await using var services = Services(fleet => fleet.UseRedis(address));
        var store = services.GetRequiredService<IFleetStore>();
        await new FleetStoreContract(store, Task.Delay).CheckAsync(rule);
    }

    private static ServiceProvider Services(Action<FleetBuilder> configure) =>
        new ServiceCollection().AddResilienceFleet(configure).BuildServiceProvider();
}
