namespace Resilience.Http.Tests.Monitoring;

/// <summary>The wall clock of a server may be set, by a person or by NTP.</summary>
public sealed class WallClockTests
{
    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(86_400)]
    [InlineData(-5)]
    public async Task Times_of_an_outage_follow_a_wall_clock_that_was_set(int seconds)
    {
        using var client = await OutageAsync();
        var before = client.Service;
        var shift = TimeSpan.FromSeconds(seconds);

        client.Clock.JumpWallClock(shift);

        var after = client.Service;
        Assert.Equal(before.Circuits[0].Since + shift, after.Circuits[0].Since);
        Assert.Equal(before.Circuits[0].OpenedAt + shift, after.Circuits[0].OpenedAt);
        Assert.Equal(before.Transitions.Select(one => one.At + shift), after.Transitions.Select(one => one.At));
        Assert.Equal(after.Circuits[0].OpenedAt, after.Transitions[^1].At);
    }

    [Fact]
    public async Task A_circuit_that_was_never_open_is_closed_for_as_long_as_it_really_is()
    {
        using var client = new MonitoredClient(static server => server.Always(200));
        await client.CallAsync();
        client.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = client.Service.Circuits[0].Since;

        client.Clock.JumpWallClock(TimeSpan.FromHours(-1));

        Assert.Equal(since.AddHours(-1), client.Service.Circuits[0].Since);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(-1.9)]
    public async Task A_small_correction_of_the_wall_clock_moves_no_time(double seconds)
    {
        using var client = await OutageAsync();
        var before = client.Service;

        client.Clock.JumpWallClock(TimeSpan.FromSeconds(seconds));

        Assert.Equal(before.Circuits[0].Since, client.Service.Circuits[0].Since);
        Assert.Equal(before.Transitions[0].At, client.Service.Transitions[0].At);
    }

    /// <summary>Open for the second time: the trial failed.</summary>
    private static async Task<MonitoredClient> OutageAsync()
    {
        var client = new MonitoredClient(static server => server.Always(503), static options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.FailureThreshold = 1;
            options.CircuitBreaker.HalfOpenMaxCalls = 1;
        });
        await client.CallAsync();
        client.Clock.Advance(TimeSpan.FromSeconds(30));
        await client.CallAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (client.Service.Transitions.Count < 3)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield(); // subscribers hear of transitions on the thread pool
        }

        return client;
    }
}
