using System.Diagnostics;
using Resilience.Http.Hedging;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Hedging.LatencySamples;

namespace Resilience.Http.Tests.Hedging;

/// <summary>How close the estimate is to the exact percentile, and of which samples it is one.</summary>
public sealed class LatencyEstimatorTests
{
    private const int Samples = 20_000;

    public static TheoryData<string, double> Cases => new MatrixTheoryData<string, double>(
        ["uniform", "lognormal", "bimodal", "heavy tail", "step"], [0.5, 0.9, 0.95, 0.99]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_estimate_is_within_five_percent_of_the_exact_percentile(string distribution, double percentile)
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        var random = new Random(27);
        var exact = new double[Samples];
        for (var i = 0; i < Samples; i++)
        {
            exact[i] = Draw(distribution, random, i);
            Record(estimator, clock, exact[i]);
        }

        Array.Sort(exact);
        var expected = exact[(int)Math.Ceiling(percentile * Samples) - 1];
        Assert.InRange(Find(estimator, clock, percentile)!.Value / expected, 0.95, 1.05);
    }

    [Fact]
    public void The_estimate_is_never_below_the_exact_percentile()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var i = 0; i < 1_000; i++)
        {
            Record(estimator, clock, 10);
        }

        Assert.InRange(Find(estimator, clock, 0.95)!.Value, 10, 10.32);
    }

    [Fact]
    public void What_is_older_than_the_window_is_forgotten()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var i = 0; i < 1_000; i++)
        {
            Record(estimator, clock, 1_000);
        }

        clock.Advance(TimeSpan.FromSeconds(24));
        Assert.InRange(Find(estimator, clock, 0.95)!.Value, 1_000, 1_040);

        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Null(Find(estimator, clock, 0.95));

        for (var i = 0; i < 100; i++)
        {
            Record(estimator, clock, 10);
        }

        Assert.InRange(Find(estimator, clock, 0.95)!.Value, 10, 10.4);
    }

    [Fact]
    public void The_window_slides_while_samples_come()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 100; i++)
            {
                Record(estimator, clock, second < 30 ? 100 : 10);
            }

            clock.Advance(TimeSpan.FromSeconds(1));
            if (second == 40)
            {
                Assert.InRange(Find(estimator, clock, 0.95)!.Value, 100, 104);
            }
        }

        Assert.InRange(Find(estimator, clock, 0.95)!.Value, 10, 10.4);
    }

    [Fact]
    public void Too_few_samples_give_no_estimate()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var i = 0; i < 49; i++)
        {
            Record(estimator, clock, 10);
            Assert.Null(Find(estimator, clock, 0.95));
        }

        Record(estimator, clock, 10);
        Assert.NotNull(Find(estimator, clock, 0.95));
    }

    [Fact]
    public void Samples_that_come_slowly_are_counted_as_exactly_as_those_of_a_busy_operation()
    {
        var clock = new VirtualTimeProvider();
        var estimator = new LatencyEstimator(clock);
        for (var i = 1; i <= 200; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            Record(estimator, clock, i);
        }

        Assert.Equal(200, estimator.Recorded);
        Assert.InRange(Find(estimator, clock, 0.95)!.Value, 190, 197);
        Assert.InRange(Find(estimator, clock, 0.5)!.Value, 100, 104);
    }

    [Fact]
    public void The_histogram_counts_as_a_plain_list_does()
    {
        const int seed = 2_711;
        var random = new Random(seed);
        for (var run = 0; run < 20; run++)
        {
            var histogram = new LatencyHistogram();
            var samples = new List<(int Bucket, long Slice)>();
            var slice = 0L;
            for (var i = 0; i < 1_000; i++)
            {
                slice += random.Next(50) == 0 ? random.Next(10) : 0;
                var sample = (Bucket: random.Next(1, HedgingBuckets.Count), Slice: Math.Max(0, slice - random.Next(8)));
                samples.Add(sample);
                histogram.MoveTo(slice);
                histogram.Add(sample.Bucket, sample.Slice);
                samples.RemoveAll(known => slice - known.Slice >= LatencyHistogram.Slices);

                Assert.True(samples.Count == histogram.Count, $"seed {seed}, run {run}, sample {i}");
                if (samples.Count > 0 && i % 50 == 0)
                {
                    var sorted = samples.Select(static known => known.Bucket).Order().ToArray();
                    var share = random.NextDouble();
                    var expected = HedgingBuckets.EndOf(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)]);
                    Assert.True(expected == histogram.Quantile(share), $"seed {seed}, run {run}, sample {i}");
                }
            }
        }
    }

    private static double Draw(string distribution, Random random, int number) => distribution switch
    {
        "uniform" => 1 + (random.NextDouble() * 99),
        "lognormal" => 10 * Math.Exp(0.8 * Normal(random)),
        "bimodal" => random.NextDouble() < 0.93 ? 10 + random.NextDouble() : 400 + (10 * random.NextDouble()),
        "heavy tail" => 5 / Math.Pow(1 - random.NextDouble(), 1 / 1.2),
        "step" => number < Samples * 0.8 ? 10 + random.NextDouble() : 80 + random.NextDouble(),
        _ => throw new UnreachableException(),
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
