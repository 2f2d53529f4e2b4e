using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Tests.ConcurrencyLimit.Simulation;

namespace Resilience.Http.Tests.ConcurrencyLimit.Adaptive;

/// <summary>What comes together with a trial or a probe: slow answers, rows of drops, and shares of drops that change.</summary>
public sealed class AdaptiveLimitTrialTests
{
    private readonly SimulatedClock _clock = new();
    private readonly AdaptiveLimit _limit;
    private readonly Queue<long> _inFlight = new();
    private int _sent;

    private long Now => _clock.GetTimestamp();

    public AdaptiveLimitTrialTests() => _limit = new(_clock, min: 4, max: 100);

    [Fact]
    public void Slow_answers_after_a_trial_lower_its_limit_by_three_tenths_at_most()
    {
        DropUntilTrial();
        var neitherSlowNorFast = 3.2 * _limit.Baseline; // 3.4 is too slow with a limit of 8, and below 3.1 it grows.
        DropEveryFifth(times: 600, neitherSlowNorFast);
        Assert.Equal(8, _limit.Limit);

        DropEveryFifth(times: 400, 10 * _limit.Baseline);

        Assert.Equal(6, _limit.Limit); // 0.7 of 8.8
    }

    [Fact]
    public void Consecutive_drops_end_a_probe()
    {
        Send(SendResult.Drop); // ends the start
        for (var i = 0; i < 1_000 && _limit.Limit == _limit.LastingLimit; i++)
        {
            _limit.OnReached(Now, _inFlight.Count);
            Send(SendResult.Sample);
        }

        Assert.True(_limit.Limit < _limit.LastingLimit, "There was no probe.");
        for (var i = 0; i < 50 && _limit.LastingLimit == 20; i++)
        {
            Send(SendResult.Drop);
        }

        Assert.Equal((10, 10), (_limit.LastingLimit, _limit.Limit));
    }

    [Fact]
    public void A_trial_that_consecutive_drops_ended_shows_nothing()
    {
        DropUntilTrial();
        for (var i = 0; i < 50 && _limit.Limit == 8; i++)
        {
            Send(SendResult.Drop);
        }

        Assert.Equal(4, _limit.Limit);
        for (var i = 0; i < 250; i++)
        {
            Send(i % 6 == 0 ? SendResult.Drop : SendResult.Sample, 0.02, isRejecting: false);
        }

        for (var i = 0; i < 200; i++)
        {
            Send(i % 6 == 0 ? SendResult.Drop : SendResult.Sample, 0.02);
            Assert.Equal(4, _limit.Limit);
        }
    }

    [Fact]
    public void Consecutive_drops_at_the_lowest_limit_do_not_delay_a_trial()
    {
        DropUntil(4);

        for (var i = 0; i < 2_000 && _limit.Limit == 4; i++)
        {
            Send(i % 80 < 15 || i % 5 == 0 ? SendResult.Drop : SendResult.Sample); // 15 drops each second, and a fifth of the others
        }

        Assert.Equal(8, _limit.Limit);
    }

    [Fact]
    public void Two_seconds_with_fewer_drops_do_not_delay_a_trial()
    {
        DropUntil(4);
        var end = _clock.Now + 20;

        for (var i = 0; _clock.Now < end && _limit.Limit == 4; i++)
        {
            var isHigh = _clock.Now % 5 is >= 1.25 and < 3.75;
            Send(i % (isHigh ? 6 : 13) == 0 ? SendResult.Drop : SendResult.Sample);
        }

        Assert.Equal(8, _limit.Limit);
    }

    [Fact]
    public void With_one_drop_in_twelve_the_limit_does_not_grow()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Send(i % 12 == 0 ? SendResult.Drop : SendResult.Sample);
        }

        Assert.Equal(20, _limit.LastingLimit);
    }

    /// <summary>A fifth is dropped, until the limit was at its lowest and is doubled.</summary>
    private void DropUntilTrial()
    {
        DropUntil(4);
        DropUntil(8);
    }

    private void DropUntil(int limit)
    {
        for (var i = 0; i < 20_000 && _limit.Limit != limit; i++)
        {
            Send(i % 5 == 0 ? SendResult.Drop : SendResult.Sample);
        }

        Assert.Equal(limit, _limit.Limit);
    }

    private void DropEveryFifth(int times, double seconds)
    {
        for (var i = 0; i < times; i++)
        {
            Send(i % 5 == 0 ? SendResult.Drop : SendResult.Sample, seconds);
        }
    }

    /// <summary>
    /// The oldest of as many sends as the limit allows ends. One of 20 is rejected: that limits what is sent, and is no reason for a probe.
    /// </summary>
    private void Send(SendResult result, double seconds = 0.05, bool isRejecting = true)
    {
        while (_inFlight.Count < _limit.Limit)
        {
            _limit.OnStarted(Now);
            _inFlight.Enqueue(Now);
        }

        if (isRejecting && _sent++ % 20 == 0)
        {
            _limit.OnReached(Now, _inFlight.Count);
        }

        _clock.Now += seconds / _inFlight.Count;
        _limit.OnEnded(_inFlight.Dequeue(), Now, _inFlight.Count, result);
    }
}
