using Resilience.Http.Hedging;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// A send that was cancelled because its hedge won would have been among the slowest. Left out of the estimate, it lowers the estimate,
/// which leads to more hedges, which leave out more.
/// </summary>
public sealed class CensoringTests
{
    private const int Calls = 100_000;

    [Fact]
    public void The_share_of_hedged_calls_stays_at_five_percent() =>
        Assert.InRange(HedgedShare(withLosers: true), 0.04, 0.06);

    [Fact]
    public void Without_the_losers_twice_as_many_calls_would_be_hedged() =>
        Assert.InRange(HedgedShare(withLosers: false), 0.1, 1);

    [Fact]
    public async Task A_loser_counts_with_the_time_that_it_had_taken()
    {
        using var fixture = new HedgingFixture(
            server =>
            {
                for (var send = 0; send < 10; send++)
                {
                    server.Slow(TimeSpan.FromMilliseconds(100));
                }

                for (var call = 0; call < 15; call++)
                {
                    server.Hang().Then(200);
                }
            },
            options =>
            {
                options.Hedging.Delay = null;
                options.Hedging.Percentile = 0.5;
                options.Hedging.MinSamples = 10;
                options.Hedging.MaxExtraLoad = 1;
                options.Retry.Budget.Enabled = false;
            });

        for (var call = 0; call < 25; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        // Half of the samples would be 0 ms if the losers were left out, and the delay MinDelay.
        Assert.Equal(15, fixture.Hedges.Count(static outcome => outcome == "won"));
        Assert.InRange(Assert.Single(fixture.Metrics.Observe("resilience.http.hedge.delay")).Value, 0.1, 0.11);
    }

    /// <summary>200 calls per second whose durations are lognormal; each that is slower than the delay is hedged.</summary>
    private static double HedgedShare(bool withLosers)
    {
        var clock = new VirtualTimeProvider();
        var operation = new OperationLatency(clock);
        var options = new HttpHedgingOptions { MinDelay = TimeSpan.FromMilliseconds(1) };
        var random = new Random(12);
        var hedged = 0;
        for (var call = 0; call < Calls; call++)
        {
            var now = clock.GetTimestamp();
            var first = Draw(random);
            if (operation.FindDelay(options, now) is not { } delay || first <= delay)
            {
                operation.Record(now, now + first.Ticks);
            }
            else
            {
                hedged++;
                var hedge = Draw(random);
                var end = now + Math.Min(first.Ticks, (delay + hedge).Ticks);
                var hedgeWon = delay + hedge < first;
                if (!hedgeWon || withLosers)
                {
                    operation.Record(now, end);
                }

                if (hedgeWon)
                {
                    operation.Record(now + delay.Ticks, end);
                }
            }

            clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        return hedged / (double)Calls;
    }

    private static TimeSpan Draw(Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return TimeSpan.FromMilliseconds(10 * Math.Exp(normal));
    }
}
