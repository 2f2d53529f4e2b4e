using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Tests.ConcurrencyLimit.Simulation;

namespace Resilience.Http.Tests.ConcurrencyLimit.Adaptive;

/// <summary>Single steps of the adaptive limit; the scenarios show what they come to.</summary>
public sealed class AdaptiveLimitTests
{
    private readonly SimulatedClock _clock = new();
    private readonly AdaptiveLimit _limit;
    private readonly Queue<long> _inFlight = new();

    private long Now => _clock.GetTimestamp();

    public AdaptiveLimitTests() => _limit = new(_clock, min: 4, max: 100);

    [Fact]
    public void A_first_answer_of_503_leaves_the_limit_able_to_learn()
    {
        Send(0.001, SendResult.Drop);

        Answer(times: 200);

        Assert.Equal(0.05, _limit.Baseline, tolerance: 0.01);
    }

    [Fact]
    public void Sends_that_hang_beside_answered_ones_do_not_use_the_limit_up()
    {
        Answer(times: 45);
        var hanging = Hang(count: 20);
        Answer(times: 10, inFlight: 20);

        _limit.OnReached(Now, 20);

        Assert.InRange(_limit.Limit, 39, 40);
        _clock.Now += 9;
        hanging.ForEach(began => _limit.OnEnded(began, Now, 0, SendResult.Drop)); // their timeouts are not load
        Assert.Equal(20, _limit.Limit);
    }

    [Fact]
    public void Late_answers_of_hanging_sends_return_their_permits_and_are_not_samples()
    {
        Answer(times: 45);
        var hanging = Hang(count: 20);
        Answer(times: 10, inFlight: 20);
        _limit.OnReached(Now, 20);
        var baseline = _limit.Baseline;

        _clock.Now += 9;
        hanging.ForEach(began => _limit.OnEnded(began, Now, 0, SendResult.Sample));
        Answer(times: 200);

        Assert.Equal(20, _limit.Limit);
        Assert.Equal(baseline, _limit.Baseline, tolerance: 0.01);
    }

    [Fact]
    public void If_nothing_is_answered_beside_hanging_sends_the_limit_stays()
    {
        Answer(times: 45);
        Hang(count: 20);
        _clock.Now += 5;

        _limit.OnReached(Now, 20);

        Assert.Equal(20, _limit.Limit);
    }

    [Fact]
    public void The_limit_is_raised_again_only_after_a_newer_send_was_answered()
    {
        Answer(times: 45);
        Hang(count: 20);
        Answer(times: 10, inFlight: 20);
        _limit.OnReached(Now, 20);
        var raised = _limit.Limit;
        Hang(count: 20);

        _limit.OnReached(Now, 40);

        Assert.Equal(raised, _limit.Limit);
    }

    [Fact]
    public void One_cut_answers_all_sends_that_began_before_it()
    {
        var dropped = Hang(count: 20);
        _clock.Now += 1;

        for (var left = 19; left >= 0; left--)
        {
            _limit.OnEnded(dropped[19 - left], Now, left, SendResult.Drop);
        }

        Assert.Equal(10, _limit.Limit);
    }

    [Fact]
    public void An_answer_resets_the_count_of_consecutive_drops()
    {
        for (var i = 0; i < 5; i++)
        {
            Send(0.05, SendResult.Drop);
            Send(0.05, SendResult.Drop);
            Send(0.05, SendResult.Sample);
        }

        Assert.Equal(20, _limit.Limit);
    }

    [Fact]
    public void Consecutive_drops_that_chance_explains_do_not_halve_the_limit()
    {
        for (var i = 0; i < 10; i++)
        {
            Send(0.05, SendResult.Sample);
            Send(0.05, SendResult.Drop);
        }

        for (var i = 0; i < 5; i++)
        {
            Send(0.05, SendResult.Drop);
        }

        Assert.Equal(20, _limit.Limit);
    }

    [Fact]
    public void Consecutive_drops_halve_the_limit_at_a_quarter_of_the_sends_in_flight()
    {
        for (var i = 0; i < 9; i++)
        {
            Send(0.05, SendResult.Drop, inFlight: 40);
        }

        Assert.Equal(20, _limit.Limit);
        Send(0.05, SendResult.Drop, inFlight: 40);
        Assert.Equal(10, _limit.Limit);
    }

    [Fact]
    public void After_a_pause_a_probe_that_was_cut_short_does_not_keep_the_limit_low()
    {
        Send(0.05, SendResult.Drop); // ends the start
        for (var i = 0; i < 1_000 && _limit.Limit == _limit.LastingLimit; i++)
        {
            _limit.OnReached(Now, 0);
            Answer(times: 1);
        }

        Assert.True(_limit.Limit < _limit.LastingLimit, "There was no probe.");
        _clock.Now += 60;

        _limit.OnReached(Now, 0);

        Assert.Equal(_limit.LastingLimit, _limit.Limit);
    }

    [Fact]
    public void The_lowest_limit_is_doubled_for_a_trial_and_falls_back_if_that_shows_nothing()
    {
        var limits = new List<int> { _limit.Limit };
        for (var i = 0; i < 10_000; i++)
        {
            _limit.OnReached(Now, 0);
            Send(0.01, i % 5 == 0 ? SendResult.Drop : SendResult.Sample);
            if (_limit.Limit != limits[^1])
            {
                limits.Add(_limit.Limit);
            }
        }

        Assert.Equal([4, 8, 4], limits.SkipWhile(static limit => limit != 4).Take(3));
    }

    [Fact]
    public void The_clients_of_a_service_double_their_limits_at_the_same_seconds()
    {
        var drops = new BackgroundDrops(_clock);
        _clock.Now = 12;
        var first = drops.TryBeginTrial(Dropping(0.2));
        _clock.Now = 14.9;
        var before = drops.TryBeginTrial(Dropping(0.2));
        _clock.Now = 15;

        Assert.Equal((false, false, true), (first, before, drops.TryBeginTrial(Dropping(0.2))));
    }

    [Theory]
    [InlineData(0.2, 0.2, true)]
    [InlineData(0.2, 0.5, false)]
    public void Drops_are_independent_if_their_share_stays_when_the_limit_is_doubled(double before, double doubled, bool independent)
    {
        var drops = InTrial(before);

        Assert.Null(drops.TryConclude(Dropping(doubled), longest: 1));
        Assert.Equal(independent, drops.TryConclude(Dropping(doubled) with { SendSeconds = 30 }, longest: 1));
        Assert.Equal(independent ? 0 : 40, drops.Exclude(Dropping(0.2) with { Samples = 160, Drops = 40 }).Drops);
    }

    [Fact]
    public void Drops_with_slow_answers_are_overload()
    {
        var drops = InTrial(0.2);
        drops.TryConclude(Dropping(0.2), longest: 0.01);

        Assert.False(drops.TryConclude(Dropping(0.2) with { SendSeconds = 30 }, longest: 0.01));
    }

    [Fact]
    public void If_nearly_all_is_dropped_the_limit_is_not_doubled()
    {
        var drops = new BackgroundDrops(_clock);
        drops.TryBeginTrial(Dropping(0.8));
        _clock.Now += 10;

        Assert.False(drops.TryBeginTrial(Dropping(0.8)));
    }

    [Fact]
    public void Drops_beyond_the_share_that_is_independent_still_count()
    {
        var drops = Known(0.2);

        Assert.InRange(drops.Exclude(Dropping(0.6)).DropShare, 0.2, 0.4);
    }

    [Fact]
    public void When_the_independent_drops_are_over_they_are_forgotten()
    {
        var drops = Known(0.2);

        Follow(drops, share: 0);

        Assert.InRange(drops.Exclude(Dropping(0.2)).DropShare, 0.19, 0.2);
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(10, 100)]
    [InlineData(4, 4)]
    [InlineData(1, 2)]
    public void An_edit_of_the_range_during_a_trial_is_respected(int min, int max)
    {
        DropUntilTrial();

        _limit.Use(min, max);

        for (var i = 0; i < 2_000; i++)
        {
            Assert.InRange(_limit.Limit, min, max);
            SendSaturated(i % 5 == 0 ? SendResult.Drop : SendResult.Sample);
        }
    }

    [Fact]
    public void After_a_trial_has_shown_that_drops_are_independent_the_limit_grows()
    {
        DropUntilTrial();

        for (var i = 0; i < 20_000; i++)
        {
            SendSaturated(i % 5 == 0 ? SendResult.Drop : SendResult.Sample);
        }

        Assert.InRange(_limit.LastingLimit, 30, 100);
    }

    [Fact]
    public void A_trial_in_which_the_traffic_stops_ends_when_it_comes_back()
    {
        DropUntilTrial();
        while (_inFlight.TryDequeue(out var began))
        {
            _clock.Now += 0.006;
            _limit.OnEnded(began, Now, _inFlight.Count, SendResult.Sample);
        }

        _clock.Now += 3_600;

        for (var i = 0; i < 2_000; i++)
        {
            SendSaturated(SendResult.Sample);
        }

        Assert.InRange(_limit.Limit, 9, 100);
    }

    [Fact]
    public void Windows_without_results_or_time_leave_finite_figures()
    {
        var random = new Random(4);
        for (var run = 0; run < 1_000; run++)
        {
            var drops = new BackgroundDrops(_clock);
            for (var step = 0; step < 20; step++)
            {
                _clock.Now += random.Next(4);
                var load = new Load(random.Next(3) * 50, random.Next(3) * 50, random.Next(2) * 50, 10, random.Next(2), random.Next(3));
                _ = random.Next(3) switch
                {
                    0 when drops.IsTrial => drops.TryConclude(load, random.Next(2)),
                    1 => drops.TryBeginTrial(load),
                    _ => null as bool?,
                };
                if (random.Next(4) == 0)
                {
                    drops.Follow(load);
                }

                var excluded = drops.Exclude(load);
                Assert.Equal(load.Results, excluded.Results);
                Assert.InRange(excluded.Drops, 0, load.Drops);
                Assert.InRange(drops.ChanceRow(load), 0, 200);
            }
        }
    }

    /// <summary>A fifth is dropped, until the limit was at its lowest and is doubled.</summary>
    private void DropUntilTrial()
    {
        var isLowest = false;
        for (var i = 0; i < 20_000 && !(isLowest && _limit.Limit == 8); i++)
        {
            isLowest |= _limit.Limit == 4;
            SendSaturated(i % 5 == 0 ? SendResult.Drop : SendResult.Sample);
        }

        Assert.Equal((true, 8), (isLowest, _limit.Limit));
    }

    /// <summary>The oldest of as many sends as the limit allows ends after 50 ms, and another one is kept back.</summary>
    private void SendSaturated(SendResult result)
    {
        while (_inFlight.Count < _limit.Limit)
        {
            _limit.OnStarted(Now);
            _inFlight.Enqueue(Now);
        }

        _limit.OnReached(Now, _inFlight.Count);
        _clock.Now += 0.05 / _inFlight.Count;
        _limit.OnEnded(_inFlight.Dequeue(), Now, _inFlight.Count, result);
    }

    [Fact]
    public void Independent_drops_that_were_forgotten_count_until_another_trial()
    {
        var drops = Known(0.2);
        Follow(drops, share: 0);

        Follow(drops, share: 0.2);

        Assert.InRange(drops.Exclude(Dropping(0.2)).DropShare, 0.19, 0.2);
    }

    [Fact]
    public void The_independent_share_does_not_rise_without_a_trial()
    {
        var drops = Known(0.2);

        Follow(drops, share: 0.6);

        Assert.InRange(drops.Exclude(Dropping(0.6)).DropShare, 0.2, 0.4);
    }

    [Fact]
    public void While_nothing_is_rejected_the_limit_is_not_doubled()
    {
        var drops = new BackgroundDrops(_clock);
        drops.TryBeginTrial(Dropping(0.2) with { Rejected = 0 });
        _clock.Now += 10;

        Assert.False(drops.TryBeginTrial(Dropping(0.2) with { Rejected = 0 }));
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(0, true)]
    public void A_trial_proves_nothing_if_the_limit_still_rejects_as_many_sends(int rejected, bool independent)
    {
        var drops = InTrial(0.2);
        drops.TryConclude(Dropping(0.2) with { Rejected = rejected }, longest: 1);

        Assert.Equal(independent, drops.TryConclude(Dropping(0.2) with { Rejected = rejected }, longest: 1));
    }

    [Fact]
    public void If_nearly_all_is_dropped_in_a_trial_the_service_counts_as_down()
    {
        var drops = InTrial(0.74);
        drops.TryConclude(Dropping(0.77), longest: 1);

        Assert.False(drops.TryConclude(Dropping(0.77) with { SendSeconds = 30 }, longest: 1));
    }

    [Theory]
    [InlineData(0.2, 8)]
    [InlineData(0.5, 19)]
    public void Consecutive_independent_drops_are_chance_down_to_a_probability_of_a_millionth(double share, int row)
    {
        Assert.Equal(0, new BackgroundDrops(_clock).ChanceRow(default));
        Assert.Equal(row, Known(share).ChanceRow(default));
    }

    private static void Follow(BackgroundDrops drops, double share)
    {
        for (var i = 0; i < 100; i++)
        {
            drops.Follow(Dropping(share));
        }
    }

    /// <summary>A trial has shown that this share is independent of the load.</summary>
    private BackgroundDrops Known(double share)
    {
        var drops = InTrial(share);
        drops.TryConclude(Dropping(share), longest: 1);
        Assert.True(drops.TryConclude(Dropping(share) with { SendSeconds = 30 }, longest: 1));
        return drops;
    }

    /// <summary>A second with the lowest limit of 10, all of it in use, and then the trial.</summary>
    private BackgroundDrops InTrial(double share)
    {
        var drops = new BackgroundDrops(_clock);
        drops.TryBeginTrial(Dropping(share));
        _clock.Now += 10;
        Assert.True(drops.TryBeginTrial(Dropping(share)));
        return drops;
    }

    private static Load Dropping(double share) =>
        new((int)(100 * (1 - share)), (int)(100 * share), Rejected: 50, Peak: 10, Seconds: 1, SendSeconds: 10);

    private List<long> Hang(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        _clock.Now += 0.01;
        _limit.OnStarted(Now);
        return Now;
    })];

    private void Answer(int times, int inFlight = 0)
    {
        for (var i = 0; i < times; i++)
        {
            Send(0.05, SendResult.Sample, inFlight);
        }
    }

    private void Send(double seconds, SendResult result, int inFlight = 0)
    {
        var began = Now;
        _limit.OnStarted(began);
        _clock.Now += seconds;
        _limit.OnEnded(began, Now, inFlight, result);
    }
}
