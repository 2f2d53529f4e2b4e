using Resilience.Http.Monitoring;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>The ring of the last minute.</summary>
public sealed class TrafficHistoryTests
{
    private readonly ServiceTraffic _traffic = new(TimeProvider.System);
    private readonly TrafficHistory _history;

    public TrafficHistoryTests() => _history = new(_traffic);

    [Fact]
    public void Seconds_come_the_oldest_first_and_at_most_sixty()
    {
        for (var second = 1; second <= 75; second++)
        {
            Retry(times: second);
            _history.Advance(second);
        }

        Assert.Equal(Enumerable.Range(16, 60), _history.Samples().Select(sample => sample.Retried));
    }

    [Fact]
    public void In_the_first_minute_the_history_has_only_the_seconds_that_have_ended()
    {
        Assert.Empty(_history.Samples());
        _history.Advance(3);
        Assert.Equal(3, _history.Samples().Length);
    }

    [Fact]
    public void After_a_stall_the_traffic_is_in_its_last_second()
    {
        _history.Advance(1);
        Retry(times: 5);
        _history.Advance(4);

        Assert.Equal([0, 0, 0, 5], _history.Samples().Select(sample => sample.Retried));
    }

    [Theory]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(10_000)]
    public void After_a_stall_of_any_length_nothing_old_is_left(int seconds)
    {
        for (var second = 1; second <= 60; second++)
        {
            Retry(times: 1);
            _history.Advance(second);
        }

        Retry(times: 7);
        _history.Advance(60 + seconds);

        Assert.Equal(7 + Math.Max(0, 60 - seconds), _history.Samples().Sum(sample => sample.Retried));
        Assert.Equal(7, _history.Samples()[^1].Retried);
    }

    [Fact]
    public void A_second_that_is_reported_twice_counts_once()
    {
        Retry(times: 2);
        _history.Advance(1);
        Retry(times: 3);
        _history.Advance(1);
        _history.Advance(2);

        Assert.Equal([2, 3], _history.Samples().Select(sample => sample.Retried));
    }

    [Fact]
    public void Counters_that_wrap_around_give_right_differences()
    {
        var before = new TrafficTotals(uint.MaxValue - 1, 0, 0, 0, 0, 0);

        Assert.Equal(5, new TrafficTotals(3, 0, 0, 0, 0, 0).Since(before).Succeeded);
    }

    /// <summary>4 KB for each service, all told.</summary>
    [Fact]
    public void The_counters_and_the_ring_take_less_than_4_KB()
    {
        _ = new TrafficHistory(new(TimeProvider.System));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var history = new TrafficHistory(new(TimeProvider.System));
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        GC.KeepAlive(history);
        Assert.InRange(bytes, 1, 4096);
    }

    [Fact]
    public void Seconds_without_calls_are_empty_and_lose_nothing()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var expected = new List<int>();
        for (var second = 1L; second <= 400; second++)
        {
            var stall = random.Next(20) == 0 ? random.Next(1, 70) : 0;
            expected.AddRange(Enumerable.Repeat(0, stall));
            second += stall;
            var retries = random.Next(3) == 0 ? random.Next(1, 5) : 0;
            Retry(retries);
            expected.Add(retries);
            _history.Advance(second);

            Assert.True(
                expected.TakeLast(60).SequenceEqual(_history.Samples().Select(sample => sample.Retried)), $"second {second}, seed {seed}");
        }
    }

    [Fact]
    public void The_steps_are_the_sum_of_all_counters()
    {
        for (var i = 0; i < 5; i++)
        {
            foreach (var happened in Enum.GetValues<TrafficEvent>())
            {
                _traffic.Count(happened);
            }
        }

        Assert.Equal(5u * (uint)Enum.GetValues<TrafficEvent>().Length, _traffic.Steps);
    }

    private void Retry(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _traffic.Count(TrafficEvent.Retried);
        }
    }
}
