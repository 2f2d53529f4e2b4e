using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>What a real server does to a fleet that works, and to its calls.</summary>
public sealed class RedisFaultTests
{
    [Fact]
    public async Task Two_replicas_open_the_third()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await RedisReplica.StartAsync(redis.Address);
        await using var two = await RedisReplica.StartAsync(redis.Address);
        await using var three = await RedisReplica.StartAsync(redis.Address);
        await three.CallUntilAsync(() => three.IsConnected);
        one.IsDown = two.IsDown = three.IsDown = true;
        await one.CallAsync(times: 5);
        await two.CallAsync(times: 5);
        await two.CallUntilAsync(() => one.Fleet.GetStatus().Circuits is [{ BreakReason: not null }]);
        await one.CallUntilAsync(() => three.State != CircuitState.Closed);

        Assert.Equal(0, three.Failed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_killed_or_hangs_costs_no_call(bool hangs)
    {
        using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address);
        await replica.CallUntilAsync(() => replica.IsConnected);
        Action stop = hangs ? redis.Freeze : redis.Kill;
        stop();
        await replica.CallUntilAsync(() => replica.Logged("StoreLost") == 1);
        if (hangs)
        {
            redis.Thaw();
        }
        else
        {
            await redis.RestartAsync();
        }

        await replica.CallUntilAsync(() => replica.IsConnected);

        Assert.Equal(0, replica.Failed);
        Assert.Equal(1, replica.Logged("StoreLost"));
        Assert.Equal(1, replica.Logged("StoreBack"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_network_or_a_half_open_connection_costs_no_call(bool losesAll)
    {
        using var redis = await RedisServer.StartAsync();
        using var network = new StoreProxy(redis.Port);
        await using var replica = await RedisReplica.StartAsync(network.Address);
        await replica.CallUntilAsync(() => replica.IsConnected);
        if (losesAll)
        {
            network.LoseAll();
        }
        else
        {
            network.Delay = TimeSpan.FromMilliseconds(500);
        }

        await replica.CallUntilAsync(() => replica.Logged("StoreLost") == 1);
        Assert.False(replica.IsConnected);
        network.Delay = TimeSpan.Zero;
        network.Recover();
        var seconds = (await replica.CallUntilAsync(() => replica.IsConnected)).TotalSeconds;

        Assert.InRange(seconds, 0, 5);
        Assert.Equal(0, replica.Failed);
        Assert.Equal(1, replica.Logged("StoreLost"));
    }

    [Fact]
    public async Task After_a_failover_the_fleet_goes_on_with_the_new_server()
    {
        using var first = await RedisServer.StartAsync();
        using var second = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{first.Port}");
        var both = $"{first.Address},{second.Address}";
        await using var replica = await RedisReplica.StartAsync(both);
        await replica.CallUntilAsync(() => replica.IsConnected);
        await replica.Fleet.IsolateAsync("payments", "maintenance", authority: "https://elsewhere.internal");
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{second.Address},allowAdmin=true");
        await replica.CallUntilAsync(() => connection.GetServer(second.Address).Keys().Any(key => $"{key}".Contains("orders|")));
        first.Kill();
        await replica.CallUntilAsync(() => replica.Logged("StoreLost") == 1);
        await connection.GetDatabase().ExecuteAsync("REPLICAOF", "NO", "ONE");
        var seconds = (await replica.CallUntilAsync(() => replica.IsConnected)).TotalSeconds;

        TestContext.Current.TestOutputHelper?.WriteLine($"{seconds} s");
        Assert.InRange(seconds, 0, 10);
        Assert.Equal(0, replica.Failed);
        await using var late = await RedisReplica.StartAsync(both);
        await late.CallUntilAsync(() => late.Circuits.Any(static circuit => circuit.State == CircuitState.Isolated));
    }

    [Fact]
    public async Task A_reset_stays_if_the_server_restarts_with_an_old_snapshot()
    {
        using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address);
        await replica.CallUntilAsync(() => replica.IsConnected);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true,abortConnect=false");
        await replica.Fleet.IsolateAsync("payments", "maintenance", by: "alice");
        await connection.GetServer(redis.Address).ExecuteAsync("SAVE");
        await replica.Fleet.ResetAsync("payments", by: "alice");
        redis.Kill();
        await redis.RestartAsync();
        var store = connection.GetDatabase();
        await replica.CallUntilAsync(() => HasReset(store));
        await using var late = await RedisReplica.StartAsync(redis.Address);

        Assert.Equal((CircuitState.Closed, CircuitState.Closed), (replica.State, late.State));

        static bool HasReset(IDatabase store)
        {
            try
            {
                return ((string?)store.HashGet("{resilience:orders}:orders|payments", "d"))?.Contains("Isolates") == false;
            }
            catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
            {
                return false; // It is not connected again yet.
            }
        }
    }

    [Fact]
    public async Task A_command_that_fails_too_late_leaves_no_unobserved_exception()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            Interlocked.Add(ref unobserved, e.Exception.InnerException is RedisException or RedisTimeoutException ? 1 : 0);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await LeaveCommandsAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task A_wrong_password_costs_no_call()
    {
        using var redis = await RedisServer.StartAsync("--requirepass", "secret");
        await using var wrong = await RedisReplica.StartAsync($"{redis.Address},password=wrong");
        await wrong.CallUntilAsync(() => wrong.Logged("StoreLost") == 1);
        Assert.Equal(0, wrong.Failed);
        Assert.False(wrong.IsConnected);

        await using var right = await RedisReplica.StartAsync($"{redis.Address},password=secret");
        await right.CallUntilAsync(() => right.IsConnected);
    }

    [Fact]
    public async Task A_read_only_replica_of_the_server_costs_no_call()
    {
        using var master = await RedisServer.StartAsync();
        using var readOnly = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.Port}");
        await using var replica = await RedisReplica.StartAsync(readOnly.Address);
        await replica.CallUntilAsync(() => replica.Logged("StoreLost") == 1);

        Assert.Equal(0, replica.Failed);
    }

    [Fact]
    public async Task Data_that_is_flushed_costs_no_call_and_is_restored()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await RedisReplica.StartAsync(redis.Address);
        await using var two = await RedisReplica.StartAsync(redis.Address);
        await two.CallAsync();
        await one.CallUntilAsync(() => one.Fleet.GetStatus().Circuits is [{ ReplicasWithTraffic: 2 }]);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        await connection.GetServer(redis.Address).FlushAllDatabasesAsync();
        await two.CallAsync();
        await one.CallUntilAsync(() => one.Fleet.GetStatus().Circuits is [{ ReplicasWithTraffic: 2 }]);

        Assert.Equal(0, one.Failed + two.Failed);
        Assert.Equal(0, one.Logged("StoreLost"));
    }

    [Fact]
    public async Task No_command_is_on_the_path_of_a_call()
    {
        using var redis = await RedisServer.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address);
        await replica.CallUntilAsync(() => replica.IsConnected);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var before = await ScriptsAsync(connection, redis.Address);
        var from = TimeProvider.System.GetTimestamp();
        await replica.CallAsync(times: 20_000);
        var seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;

        Assert.InRange(await ScriptsAsync(connection, redis.Address) - before, 0, (3 * seconds) + 2);
    }

    [Fact]
    public async Task No_command_is_on_the_path_of_a_trial_or_of_a_refused_call()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await RedisReplica.StartAsync(redis.Address, BreakForASecond);
        await using var two = await RedisReplica.StartAsync(redis.Address, BreakForASecond);
        await two.CallAsync();
        await one.CallUntilAsync(() => one.Fleet.GetStatus().Circuits is [{ ReplicasWithTraffic: 2 }]);
        one.IsDown = two.IsDown = true;
        await one.CallAsync(times: 5);
        await two.CallAsync(times: 5);
        await two.CallUntilAsync(() => one.Fleet.GetStatus().Circuits is [{ BreakReason: not null }]);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var (before, sent, from) = (await ScriptsAsync(connection, redis.Address), one.Sent + two.Sent, TimeProvider.System.GetTimestamp());
        const int Calls = 60;
        while (TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(5))
        {
            await one.CallAsync(Calls);
            await two.CallAsync(Calls);
            await Task.Delay(10);
        }

        // Exchanges by time, and four writes for a trial: its lease, one that lost a race, one that renews it, and its report.
        var (scripts, trials) = (await ScriptsAsync(connection, redis.Address) - before, one.Sent + two.Sent - sent);
        var seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        Assert.InRange(trials, 2, 3 * 5);
        Assert.InRange(scripts, 1, (2 * seconds * 5 * 1.3) + (4 * trials) + 10);
        Assert.True(one.Failed + two.Failed > 10 * scripts, $"{one.Failed + two.Failed} calls, {scripts} scripts, {trials} trials");
    }

    private static void BreakForASecond(ResilientHttpClientOptions options) =>
        options.CircuitBreaker.RecoveryTimeout = options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The scripts that the server ran, by its own statistics.</summary>
    internal static async Task<long> ScriptsAsync(ConnectionMultiplexer connection, string address)
    {
        var statistics = await connection.GetServer(address).InfoAsync("commandstats");
        return statistics.SelectMany(static group => group)
            .Where(static line => line.Key is "cmdstat_evalsha" or "cmdstat_eval")
            .Sum(static line => long.Parse(line.Value.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Stops waiting for commands that the connection gives up later.</summary>
    private static async Task LeaveCommandsAsync()
    {
        using var redis = await RedisServer.StartAsync();
        var services = new ServiceCollection();
        services.AddResilienceFleet(fleet => fleet.UseRedis(redis.Address));
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<IFleetStore>();
        var sync = new FleetSync("r1", [], []);
        await store.SyncAsync(sync, CancellationToken.None);
        redis.Freeze();
        for (var i = 0; i < 5; i++)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            await Assert.ThrowsAnyAsync<Exception>(() => store.SyncAsync(sync, limit.Token).AsTask());
        }

        // This one comes after them on the same connection, so they have failed when it has.
        await Assert.ThrowsAnyAsync<Exception>(() => store.SyncAsync(sync, CancellationToken.None).AsTask());
        redis.Thaw();
    }
}
