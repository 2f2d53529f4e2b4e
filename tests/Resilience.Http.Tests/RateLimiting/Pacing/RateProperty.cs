using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>At any pattern of arrivals, no window of time sees more sends than the rate allows.</summary>
public sealed class RateProperty
{
    private const int Sends = 10_000;

    [Theory]
    [InlineData(1, 7, 1_000, 7)]
    [InlineData(2, 100, 1_000, 1)]
    [InlineData(3, 1, 250, 40)]
    [InlineData(4, 1_000, 60_000, 1_000)]
    [InlineData(5, 33, 100, 5)]
    public async Task Ten_thousand_sends_never_exceed_the_rate_in_any_window(int seed, int permits, int per, int burst)
    {
        var random = new Random(seed);
        var fixture = new QueueFixture(permits, TimeSpan.FromMilliseconds(per), burst);
        var results = new List<Task<QueueResult>>();
        using var canceled = new CancellationTokenSource();
        var mean = (double)per / permits;
        while (results.Count < Sends)
        {
            Arrive(random, fixture, results, canceled.Token);
            fixture.Clock.Advance(Gap(random, mean));
            if (results.Count == Sends / 2)
            {
                await canceled.CancelAsync();
            }
        }

        fixture.Clock.Advance(TimeSpan.FromMilliseconds((long)per * (Sends / permits + 2)));
        var ends = (await Task.WhenAll(results)).CountBy(static result => result.End).ToDictionary();
        var taken = fixture.Pace.TakenAt;

        Assert.Equal(taken.Count, ends[QueueEnd.Granted]);
        Assert.Equal(0, fixture.Queue.Count);
        Assert.True(taken.Count > Sends / 10, $"seed {seed}: only {taken.Count} were sent");
        AssertWithinRate(taken, permits, per, burst, seed);
    }

    private static void Arrive(Random random, QueueFixture fixture, List<Task<QueueResult>> results, CancellationToken canceled)
    {
        for (var left = random.Next(4) == 0 ? random.Next(60) : 1; left > 0; left--)
        {
            TimeSpan? within = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 5_000)) : null;
            var (limit, token) = (random.Next(2) == 0 ? 20 : 2_000, random.Next(5) == 0 ? canceled : default);
            results.Add(fixture.Enter(limit, within, async: true, token));
        }
    }

    /// <summary>Bursts, a steady flow, and pauses.</summary>
    private static TimeSpan Gap(Random random, double mean) => random.Next(10) switch
    {
        < 3 => TimeSpan.Zero,
        < 8 => TimeSpan.FromTicks((long)(random.NextDouble() * 4 * mean * TimeSpan.TicksPerMillisecond)),
        < 9 => TimeSpan.FromMilliseconds(random.Next(1, 50)),
        _ => TimeSpan.FromMilliseconds(random.NextDouble() * 200 * mean),
    };

    /// <summary>In whole numbers: n sends in a time t with n * Per &lt;= Burst * Per + Permits * t.</summary>
    private static void AssertWithinRate(List<long> taken, int permits, int per, int burst, int seed)
    {
        var period = per * TimeSpan.TicksPerMillisecond;
        for (var first = 0; first < taken.Count; first++)
        {
            for (var last = first; last < taken.Count; last++)
            {
                var (count, time) = (last - first + 1L, taken[last] - taken[first]);
                if (count * period > burst * period + permits * time)
                {
                    Assert.Fail($"seed {seed}: {count} sends in {TimeSpan.FromTicks(time)}, from the {first}th on");
                }
            }
        }
    }
}
