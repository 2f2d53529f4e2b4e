using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>The contract of the store, against real servers.</summary>
public sealed class RedisFleetStoreTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    public static TheoryData<string> Rules => [.. FleetStoreContract.Rules];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_store_satisfies_the_contract_in_Garnet(string rule) => await CheckAsync(garnet.Address, rule);

    [Fact]
    public async Task The_store_satisfies_the_contract_in_Redis()
    {
        using var redis = await RedisServer.StartAsync();

        foreach (var rule in FleetStoreContract.Rules)
        {
            await CheckAsync(redis.Address, rule);
        }
    }

    [Fact]
    public async Task Writers_of_several_connections_never_both_succeed_in_Garnet() => await CheckWritersAsync(garnet.Address);

    [Fact]
    public async Task Writers_of_several_connections_never_both_succeed_in_Redis()
    {
        using var redis = await RedisServer.StartAsync();

        await CheckWritersAsync(redis.Address);
    }

    [Fact]
    public async Task Every_key_expires()
    {
        using var redis = await RedisServer.StartAsync();
        foreach (var rule in FleetStoreContract.Rules)
        {
            await CheckAsync(redis.Address, rule);
        }

        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(Patient(redis.Address));
        var keys = connection.GetServer(redis.Address).Keys().ToList();
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            Assert.True(
                await connection.GetDatabase().KeyTimeToLiveAsync(key) is not null || !await connection.GetDatabase().KeyExistsAsync(key));
        }
    }

    [Fact]
    public async Task A_connection_of_the_app_can_be_used()
    {
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(Patient(garnet.Address));
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

    /// <summary>The record is a counter: it must have counted each write that was confirmed.</summary>
    private static async Task CheckWritersAsync(string address)
    {
        const string Key = "counter";
        ServiceProvider[] writers = [.. Enumerable.Range(0, 8).Select(_ => Services(fleet => fleet.UseRedis(Patient(address))))];
        var confirmed = await Task.WhenAll(writers.Select(static writer => WriteAsync(writer.GetRequiredService<IFleetStore>())));
        var end = await writers[0].GetRequiredService<IFleetStore>().SyncAsync(new("reader", [], [Key]), CancellationToken.None);
        foreach (var writer in writers)
        {
            await writer.DisposeAsync();
        }

        Assert.True(confirmed.Sum() > 0);
        Assert.Equal($"{confirmed.Sum()}", end.Records[0]?.Value);

        static async Task<int> WriteAsync(IFleetStore store)
        {
            var read = await store.SyncAsync(new("writer", [], [Key]), CancellationToken.None);
            var (current, later, written) = (read.Records[0], read.Now + 600_000, 0);
            for (var i = 0; i < 200; i++)
            {
                var next = $"{int.Parse(current?.Value ?? "0", CultureInfo.InvariantCulture) + 1}";
                var result = await store.TryWriteAsync(new(Key, current?.Version ?? 0, next, later, later), CancellationToken.None);
                written += result.Written ? 1 : 0;
                current = result.Current;
            }

            return written;
        }
    }

    private static async Task CheckAsync(string address, string rule)
    {
        await using var services = Services(fleet => fleet.UseRedis(Patient(address)));
        await using var others = Services(fleet => fleet.UseRedis(Patient(address)));
        await new FleetStoreContract(
            services.GetRequiredService<IFleetStore>(), Task.Delay, others.GetRequiredService<IFleetStore>()).CheckAsync(rule);
    }

    /// <summary>The contract asks what the store answers, not how soon.</summary>
    private static string Patient(string address) => $"{address},asyncTimeout=30000";

    private static ServiceProvider Services(Action<FleetBuilder> configure) =>
        new ServiceCollection().AddResilienceFleet(configure).BuildServiceProvider();
}
