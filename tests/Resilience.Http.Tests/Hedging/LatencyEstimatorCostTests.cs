using Resilience.Http.Hedging;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Hedging.LatencySamples;

namespace Resilience.Http.Tests.Hedging;

/// <summary>What recording costs, and what parallel recordings lose.</summary>
public sealed class LatencyEstimatorCostTests
{
    [Fact]
    public void Two_threads_lose_next_to_nothing()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        var now = clock.GetTimestamp();

        Race.Together(2, _ =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                estimator.Record(now - TimeSpan.FromMilliseconds(i % 10 == 0 ? 100 : 10).Ticks, now);
            }
        });

        Assert.Equal(200_000, estimator.Recorded);
        Assert.InRange(Find(estimator, clock, 0.89)!.Value, 10, 10.4);
        Assert.InRange(Find(estimator, clock, 0.91)!.Value, 100, 104);
    }

    [Fact]
    public void Recording_a_latency_allocates_nothing()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        var now = clock.GetTimestamp();
        for (var i = 0; i < 10_000; i++)
        {
            estimator.Record(now - (i * 1_000), now);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            estimator.Record(now - (i * 1_000), now);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_operation_with_few_calls_takes_less_than_a_kilobyte()
    {
        var clock = new VirtualTimeProvider();
        var options = new HttpHedgingOptions();
        Use(new(clock)); // What exists once in the process is not counted.

        var before = GC.GetAllocatedBytesForCurrentThread();
        Use(new(clock));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1_000);

        void Use(OperationLatencies operations)
        {
            for (var i = 0; i < 10; i++)
            {
                var operation = operations.Get(null);
                operation.FindDelay(options, clock.GetTimestamp());
                operation.Record(clock.GetTimestamp(), clock.GetTimestamp());
            }
        }
    }

    [Fact]
    public void No_sample_is_lost_when_an_operation_becomes_busy()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var i = 1; i <= 100; i++)
        {
            clock.Advance(i <= 40 ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromMilliseconds(1));
            Record(estimator, clock, i);
        }

        Assert.Equal(100, estimator.Recorded);
        Assert.InRange(Find(estimator, clock, 0.5)!.Value, 50, 52);
        Assert.InRange(Find(estimator, clock, 0.99)!.Value, 99, 103);
        Assert.InRange(Find(estimator, clock, 0.1)!.Value, 10, 10.4);
    }

    [Fact]
    public void A_stale_sample_of_a_thread_that_was_held_up_is_not_counted()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        var (startedAt, endedAt) = (clock.GetTimestamp(), clock.GetTimestamp() + TimeSpan.FromMilliseconds(500).Ticks);
        clock.Advance(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 100; i++)
        {
            Record(estimator, clock, 10);
        }

        Assert.NotNull(Find(estimator, clock, 0.99));
        for (var i = 0; i < 50; i++)
        {
            estimator.Record(startedAt, endedAt);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(Find(estimator, clock, 0.99)!.Value, 10, 10.4);
    }

    [Fact]
    public void Threads_that_record_while_an_operation_becomes_busy_lose_next_to_nothing()
    {
        var clock = new VirtualTimeProvider();
        for (var round = 0; round < 50; round++)
        {
            var estimator = new LatencyEstimator(clock);
            var now = clock.GetTimestamp();

            Race.Together(4, thread =>
            {
                for (var i = 0; i < 500; i++)
                {
                    estimator.Record(now - TimeSpan.FromMilliseconds(thread == 0 ? 100 : 10).Ticks, now);
                }
            });

            Assert.Equal(2_000, estimator.Recorded);
            Assert.InRange(Find(estimator, clock, 0.6)!.Value, 10, 10.4);
            Assert.InRange(Find(estimator, clock, 0.9)!.Value, 100, 104);
        }
    }
}
