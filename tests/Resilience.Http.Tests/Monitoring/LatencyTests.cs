using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>How long calls took.</summary>
public sealed class LatencyTests
{
    [Fact]
    public void A_duration_is_read_back_within_13_percent()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var milliseconds = 0.512 * Math.Pow(2, random.NextDouble() * 17);
            var counts = new uint[LatencyBuckets.Count];
            counts[LatencyBuckets.IndexOf(milliseconds * 1000)] = 1;

            var read = LatencyBuckets.Percentile(counts, 0.5)!.Value.TotalMilliseconds;

            Assert.True(Math.Abs(read / milliseconds - 1) <= 0.13, $"{milliseconds} ms is read back as {read} ms, seed {seed}");
        }
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(0.001)]
    public void What_takes_next_to_no_time_is_in_the_first_bucket(double milliseconds) =>
        Assert.Equal(0, LatencyBuckets.IndexOf(milliseconds * 1000));

    [Fact]
    public void The_longest_times_are_in_the_last_bucket()
    {
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.IndexOf(TimeSpan.FromHours(24).TotalMicroseconds));
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.IndexOf(double.MaxValue));
    }

    [Theory]
    [InlineData(511.999, 0)]
    [InlineData(512, 1)]
    [InlineData(639.999, 1)]
    [InlineData(640, 2)]
    [InlineData(1024, 5)]
    public void A_bucket_begins_with_its_lower_bound(double microseconds, int expected) =>
        Assert.Equal(expected, LatencyBuckets.IndexOf(microseconds));

    [Fact]
    public void Buckets_rise_with_the_duration()
    {
        var durations = Enumerable.Range(0, 1_000).Select(static i => Math.Pow(1.02, i));
        var indexes = durations.Select(LatencyBuckets.IndexOf).ToArray();

        Assert.Equal(indexes.Order(), indexes);
        Assert.Equal(LatencyBuckets.Count, indexes.Distinct().Count());
    }

    [Fact]
    public async Task Rejected_calls_do_not_make_a_dead_service_look_fast()
    {
        using var client = new MonitoredClient(server => server.Slow(TimeSpan.FromSeconds(2)));
        await client.CallAsync();
        var before = client.Service.Latency;
        client.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "migration");
        for (var i = 0; i < 100; i++)
        {
            await client.CallAsync();
        }

        Assert.Equal(100, client.Sum().Rejected);
        Assert.NotNull(before);
        Assert.Equal(before, client.Service.Latency);
    }

    [Fact]
    public async Task Percentiles_come_from_the_calls_of_the_last_minute()
    {
        using var client = new MonitoredClient(server => server
            .Slow(TimeSpan.FromMilliseconds(100)).Slow(TimeSpan.FromMilliseconds(100)).Slow(TimeSpan.FromSeconds(2)));
        Assert.Null(client.Service.Latency);
        for (var i = 0; i < 3; i++)
        {
            await client.CallAsync();
        }

        var latency = client.Service.Latency!;
        Assert.InRange(latency.P50.TotalMilliseconds, 87, 113);
        Assert.InRange(latency.P99.TotalMilliseconds, 1740, 2260);

        for (var second = 0; second < 61; second++)
        {
            client.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(client.Service.Latency);
    }
}
