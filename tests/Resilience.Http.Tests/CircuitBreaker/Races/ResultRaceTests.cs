using Resilience.Http.CircuitBreaker.Counting;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>Results that meet each other, or an edit of the settings.</summary>
public sealed class ResultRaceTests
{
    [Fact]
    public void Two_failures_that_reach_the_threshold_together_open_the_circuit_once() => RaceScenario.Between(
        () => new CircuitRaceState(AfterFailures(4), permits: 2),
        match => match.OneDid = match.Lab.Fail(match.One),
        match => match.OtherDid = match.Lab.Fail(match.Other),
        match => (match.OneDid ^ match.OtherDid, match.Lab.Path));

    [Fact]
    public void A_success_races_with_the_failure_that_would_open_the_circuit() => RaceScenario.Between(
        () => new CircuitRaceState(AfterFailures(4), permits: 2),
        match => match.OneDid = match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => (match.OneDid, match.Lab.Path, match.Lab.Circuit.Snapshot().ConsecutiveFailures));

    [Fact]
    public void A_success_races_with_a_failure_and_resets_the_consecutive_failures() => RaceScenario.Between(
        () => new CircuitRaceState(AfterFailures(2), permits: 2),
        match => match.Lab.Fail(match.One),
        match => match.Lab.Succeed(match.Other),
        match => match.Lab.Circuit.Snapshot().ConsecutiveFailures);

    [Fact]
    public void A_failure_races_with_a_reload_of_the_window_and_is_not_lost() => RaceScenario.Between(
        () => new CircuitRaceState(AfterFailures(2), permits: 1),
        match => match.Lab.Fail(match.One),
        match => match.Lab.Reload(options => options.SamplingWindow = TimeSpan.FromSeconds(20)),
        match => match.Lab.Circuit.Snapshot().Throughput);

    [Fact]
    public void The_newest_success_is_never_replaced_by_an_older_one()
    {
        var clock = new VirtualTimeProvider();
        var window = new ResultWindow(clock, TimeSpan.FromSeconds(10), clock.GetTimestamp());

        Race.Together(threads: 4, number =>
        {
            for (var i = 0L; i < 200_000; i++)
            {
                window.AddSuccess((4 * i) + number, clock.GetTimestamp());
                Assert.True(window.NewestSuccess >= (4 * i) + number);
            }
        });

        Assert.Equal((4 * 199_999L) + 3, window.NewestSuccess);
    }

    [Fact]
    public void No_success_is_lost_while_a_circuit_gets_busy()
    {
        for (var round = 0; round < 200; round++)
        {
            var lab = new CircuitFixture();

            Race.Together(threads: 4, _ => lab.Succeed(times: 300));

            Assert.Equal((1_200L, 0L), (lab.Circuit.Snapshot().Throughput, lab.Circuit.InFlight));
        }
    }

    [Fact]
    public void No_success_is_lost_however_many_threads_record_it()
    {
        var lab = new CircuitFixture();

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 500_000; i++)
            {
                lab.Succeed(lab.Acquire());
            }
        });

        Assert.Equal((2_000_000L, 0L), (lab.Circuit.Snapshot().Throughput, lab.Circuit.InFlight));
    }

    [Fact]
    public void No_failure_is_lost_however_many_threads_record_it()
    {
        var lab = new CircuitFixture(options => (options.FailureThreshold, options.FailureRatio) = (0, 0));

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                lab.Fail(lab.Acquire(), CircuitFixture.TimedOut);
            }
        });

        Assert.Equal(
            (400_000L, ConsecutiveFailures.MostKept), (lab.Circuit.Snapshot().Throughput, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void No_success_is_lost_when_all_threads_go_from_bucket_to_bucket()
    {
        var clock = new VirtualTimeProvider();
        var window = new ResultWindow(clock, TimeSpan.FromSeconds(10), clock.GetTimestamp());
        var start = clock.GetTimestamp();

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 2_000_000; i++)
            {
                window.AddSuccess(order: 0, start + (i * 40L));
            }
        });

        Assert.Equal(8_000_000, window.Sum_NeedsLock(start + clock.TimestampFrequency * 8).Successes);
    }

    [Fact]
    public void No_success_is_lost_while_threads_count_in_neighboring_buckets()
    {
        var clock = new VirtualTimeProvider();
        var (start, bucket) = (clock.GetTimestamp(), clock.TimestampFrequency);
        for (var round = 0; round < 200; round++)
        {
            var window = new ResultWindow(clock, TimeSpan.FromSeconds(10), start);

            Race.Together(threads: 3, number =>
            {
                for (var i = 0; i < QuietCounts.Most; i++)
                {
                    Assert.False(window.AddSuccess(order: 0, start + (number * bucket)));
                }
            });

            Assert.Equal(3 * QuietCounts.Most, window.Sum_NeedsLock(start + (2 * bucket)).Successes);
        }
    }

    private static CircuitFixture AfterFailures(int times)
    {
        var lab = new CircuitFixture();
        lab.Fail(times);
        return lab;
    }
}
