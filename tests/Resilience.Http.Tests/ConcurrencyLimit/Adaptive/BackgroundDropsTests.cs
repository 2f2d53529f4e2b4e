using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Tests.ConcurrencyLimit.Simulation;

namespace Resilience.Http.Tests.ConcurrencyLimit.Adaptive;

/// <summary>The figures of the trial, and of what follows from it.</summary>
public sealed class BackgroundDropsTests
{
    private readonly SimulatedClock _clock = new();

    [Theory]
    [InlineData(0.04, 0)]
    [InlineData(0.06, 4)]
    [InlineData(1, 131)] // as with 0.9
    public void Consecutive_drops_can_be_chance_from_a_drop_share_of_a_twentieth(double share, int row) =>
        Assert.Equal(row, new BackgroundDrops(_clock).ChanceRow(Window(share)));

    [Fact]
    public void Results_of_the_lowest_limit_and_the_trial_count_for_consecutive_drops_too()
    {
        var drops = InTrial(0.2);
        Assert.Equal(8, drops.ChanceRow(default));

        drops.TryConclude(Window(0.5), longest: 1);

        Assert.Equal(11, drops.ChanceRow(default)); // 0.3 of 300
    }

    [Fact]
    public void A_known_share_of_drops_counts_for_consecutive_drops_even_after_the_trial()
    {
        var drops = Known(0.2);

        drops.Follow(Window(0.2));

        Assert.Equal(8, drops.ChanceRow(default));
    }

    [Fact]
    public void The_known_share_is_excluded_with_two_standard_deviations()
    {
        var drops = Known(0.2);

        var left = drops.Exclude(Window(0.3, results: 300));

        Assert.Equal((284, 16), (left.Samples, left.Drops)); // 60 + 14 of 90
    }

    [Fact]
    public void After_a_quiet_window_the_share_may_rise_again_to_what_a_trial_has_shown()
    {
        var drops = Known(0.2);

        drops.Follow(Window(0));
        Assert.Equal(1_877, ExcludedOf5000(drops)); // 0.18 of 10,000, and 77

        drops.Follow(Window(0.2));
        Assert.Equal(1_898, ExcludedOf5000(drops)); // 0.182
    }

    [Fact]
    public void The_share_is_that_of_the_lowest_limit_and_the_trial_together()
    {
        var drops = InTrial(0.2);
        drops.TryConclude(Window(0.25, sendSeconds: 20), longest: 1);
        Assert.True(drops.TryConclude(Window(0.25, sendSeconds: 20), longest: 1));

        Assert.Equal(2_334, ExcludedOf5000(drops)); // 0.225
    }

    [Fact]
    public void All_windows_with_the_lowest_limit_count_before_a_trial()
    {
        var drops = new BackgroundDrops(_clock);
        drops.TryBeginTrial(Window(0.9));
        _clock.Now += 10;

        Assert.False(drops.TryBeginTrial(Window(0.62))); // 0.76 of both is too much.
    }

    [Fact]
    public void An_inconclusive_trial_is_repeated_from_the_beginning_at_the_next_turn()
    {
        var drops = InTrial(0.2);
        drops.TryConclude(Window(0.5), longest: 1);
        Assert.False(drops.TryConclude(Window(0.5), longest: 1));

        Assert.False(drops.TryBeginTrial(Window(0.2)));
        _clock.Now += 5;
        Assert.True(drops.TryBeginTrial(Window(0.2)));
        Assert.Null(drops.TryConclude(Window(0.2), longest: 1));
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(16, true)]
    public void A_trial_is_conclusive_from_one_and_a_half_times_as_many_sends(double sendSeconds, bool independent) =>
        Assert.Equal(independent, Conclude(InTrial(0.2), Window(0.2, sendSeconds)));

    [Fact]
    public void If_the_demand_falls_in_a_trial_fewer_sends_with_the_same_share_show_it_too() =>
        Assert.True(Conclude(InTrial(0.2), Window(0.2, sendSeconds: 5) with { Rejected = 0 }));

    [Theory]
    [InlineData(0.25, true)] // a third for each answer, after a quarter
    [InlineData(0.3, false)]
    public void With_twice_the_sends_there_may_be_four_tenths_more_drops_for_each_answer(double share, bool independent) =>
        Assert.Equal(independent, Conclude(InTrial(0.2), Window(share, sendSeconds: 20)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_a_trial_is_given_up_all_that_was_measured_is_forgotten(bool quietWindow)
    {
        var drops = InTrial(0.2);
        drops.TryConclude(Window(0.5), longest: 1);

        if (quietWindow)
        {
            drops.Follow(Window(0));
        }
        else
        {
            drops.Cancel();
        }

        Assert.False(drops.IsTrial);
        Assert.Equal(0, drops.ChanceRow(default));
        _clock.Now += 10;
        Assert.False(drops.TryBeginTrial(Window(0.2)));
        _clock.Now += 5;
        Assert.True(drops.TryBeginTrial(Window(0.2)));
    }

    private static bool? Conclude(BackgroundDrops drops, Load window)
    {
        Assert.Null(drops.TryConclude(window, longest: 1));
        return drops.TryConclude(window, longest: 1);
    }

    private static int ExcludedOf5000(BackgroundDrops drops) => 5_000 - drops.Exclude(Window(0.5, results: 10_000)).Drops;

    /// <summary>A trial has shown that this share is independent of the load.</summary>
    private BackgroundDrops Known(double share)
    {
        var drops = InTrial(share);
        Assert.True(Conclude(drops, Window(share, sendSeconds: 20)));
        return drops;
    }

    /// <summary>Two windows with the lowest limit of 10, all of it in use, and then the trial.</summary>
    private BackgroundDrops InTrial(double share)
    {
        var drops = new BackgroundDrops(_clock);
        drops.TryBeginTrial(Window(share));
        _clock.Now += 10;
        Assert.True(drops.TryBeginTrial(Window(share)));
        return drops;
    }

    private static Load Window(double share, double sendSeconds = 10, int results = 100)
    {
        var dropped = (int)Math.Round(share * results);
        return new(results - dropped, dropped, Rejected: results / 2, Peak: 10, Seconds: 1, sendSeconds);
    }
}
