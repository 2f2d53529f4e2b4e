using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Fleet.Store;
using StackExchange.Redis;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>Replicas that share a quota over real servers. No upper bound depends on how fast a thread gets a core.</summary>
public sealed class RedisQuotaTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    [Fact]
    public async Task Three_replicas_share_a_quota_over_Redis()
    {
        using var redis = await RedisServer.StartAsync();

        await ShareAsync(redis.Address);
    }

    [Fact]
    public async Task Three_replicas_share_a_quota_over_Garnet() => await ShareAsync(garnet.Address);

    [Fact]
    public async Task The_script_in_Redis_grants_what_the_ledger_grants()
    {
        using var redis = await RedisServer.StartAsync();

        await CompareAsync(redis.Address, seed: 1);
    }

    [Fact]
    public async Task The_script_in_Garnet_grants_what_the_ledger_grants() => await CompareAsync(garnet.Address, seed: 2);

    [Fact]
    public async Task No_command_is_on_the_path_of_a_call_with_a_quota()
    {
        using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address, options => Quota(options, permits: 1_000_000));
        await replica.CallAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var before = await RedisFaultTests.ScriptsAsync(connection, redis.Address);
        var from = TimeProvider.System.GetTimestamp();
        await replica.CallAsync(times: 20_000);
        var seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;

        // A question every 25 ms at most, and an exchange every two seconds.
        Assert.InRange(await RedisFaultTests.ScriptsAsync(connection, redis.Address) - before, 0, (41 * seconds) + 5);
        Assert.Equal((20_001, 0), (replica.Sent, replica.Failed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_killed_or_hangs_leaves_each_replica_its_share(bool hangs)
    {
        using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address, options => Quota(options, permits: 1000));
        await replica.CallAsync();
        Action stop = hangs ? redis.Freeze : redis.Kill;
        stop();
        await replica.CallUntilAsync(() => replica.Logged("QuotaStoreLost") == 1);
        await replica.CallAsync(times: 20);
        if (hangs)
        {
            redis.Thaw();
        }
        else
        {
            await redis.RestartAsync();
        }

        await replica.CallUntilAsync(() => replica.Logged("QuotaStoreBack") == 1);
        await replica.CallAsync(times: 20);

        Assert.Equal(0, replica.Failed);
        Assert.Equal(1, replica.Logged("QuotaStoreLost"));
    }

    [Fact]
    public async Task A_store_too_slow_for_the_windows_of_a_quota_counts_as_lost()
    {
        using var redis = await RedisServer.StartAsync();
        using var network = new StoreProxy(redis.Port);
        await using var replica = await RedisReplica.StartAsync(network.Address, options => Quota(options, permits: 1000));
        await replica.CallAsync();
        network.Delay = TimeSpan.FromMilliseconds(500);
        await replica.CallUntilAsync(() => replica.Logged("QuotaStoreLost") == 1);
        network.Delay = TimeSpan.Zero;
        await replica.CallUntilAsync(() => replica.Logged("QuotaStoreBack") == 1);

        Assert.Equal(0, replica.Failed);
    }

    /// <summary>The 101st send comes two periods after the first, however slow the machine is.</summary>
    private static async Task ShareAsync(string store)
    {
        const int Permits = 50;
        RedisReplica[] replicas = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => RedisReplica.StartAsync(store, options => Quota(options, Permits))));
        var from = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(replicas.Select(static (replica, i) => replica.CallAsync(times: i == 0 ? 80 : 20)));
        var seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }

        Assert.Equal((120, 0), (replicas.Sum(static replica => replica.Sent), replicas.Sum(static replica => replica.Failed)));
        Assert.InRange(seconds, 1.9, 60);
    }

    /// <summary>The ledger is asked the same at the time that the server says it is.</summary>
    private static async Task CompareAsync(string address, int seed)
    {
        await using var services = new ServiceCollection()
            .AddResilienceFleet(fleet => fleet.UseRedis($"{address},asyncTimeout=30000")).BuildServiceProvider();
        var (store, ledger, random) = (services.GetRequiredService<IFleetStore>(), new GrantLedger(), new Random(seed));
        var key = $"compare|{Guid.NewGuid():N}";
        for (var step = 0; step < 400; step++)
        {
            int[] wanted = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(2) == 0 ? random.Next(40) : 0)];
            var request = new FleetGrantRequest(
                key,
                Permits: random.Next(10) == 0 ? random.Next(300, 500) : 500,
                Burst: random.Next(1, 500),
                WindowLength: 20,
                Windows: 200,
                wanted,
                HadAnswer: random.Next(2) == 0 && step > 0,
                NotAfter: random.Next(20) == 0 ? 0 : long.MaxValue);
            var actual = await store.GrantAsync(request, CancellationToken.None);
            var expected = ledger.Grant(request, actual.Now);
            Assert.Equal(
                (step, expected.First, expected.Next, string.Join(' ', expected.Granted)),
                (step, actual.First, actual.Next, string.Join(' ', actual.Granted)));
        }
    }

    private static void Quota(ResilientHttpClientOptions options, int permits)
    {
        options.Fleet.Enabled = false;
        options.TotalTimeout = TimeSpan.FromSeconds(60);
        options.RateLimit.Enabled = true;
        options.RateLimit.Permits = permits;
        options.RateLimit.Scope = HttpRateLimitScope.Fleet;
        options.RateLimit.QueueLimit = 100;
    }
}
