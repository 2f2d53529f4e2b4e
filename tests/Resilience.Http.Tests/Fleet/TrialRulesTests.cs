using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Tests.Fleet;

/// <summary>The rules of leases and results, one by one.</summary>
public sealed class TrialRulesTests
{
    private static readonly long Lease = (long)TrialRules.Lease.TotalMilliseconds;

    [Fact]
    public void A_closed_break_grants_no_lease() =>
        Assert.Equal(default, TrialRules.TryLease(Ended(3) with { IsClosed = true }, "a", now: 1000));

    [Fact]
    public void A_lease_begins_at_the_end_of_the_break_and_has_the_next_token()
    {
        var (next, token) = TrialRules.TryLease(Ended(3) with { LastToken = 7 }, "a", now: 900);

        Assert.Equal(8, token);
        Assert.Equal(new TrialHold("a", 8, 900 + Lease), Assert.Single(next!.Holds));
        Assert.Equal(["a"], next.Tried);
        Assert.Equal(8, next.LastToken);
    }

    [Fact]
    public void A_second_trial_of_a_replica_is_noted_once()
    {
        var record = Lend(Ended(3), "a", out var token);
        record = TrialRules.Conclude(record, Report("a", token, true), 1001, NextBreak)!;
        record = Lend(record, "a", out _);

        Assert.Equal(["a"], record.Tried);
    }

    [Fact]
    public void Exactly_as_many_leases_as_trials_are_granted()
    {
        var record = Lend(Lend(Lend(Ended(3), "a", out _), "b", out _), "c", out _);

        Assert.Null(TrialRules.TryLease(record, "d", now: 1000).Token);
        Assert.NotNull(TrialRules.TryLease(record, "d", now: 1000 + Lease).Token);
    }

    [Fact]
    public void Results_of_trials_use_up_the_quota()
    {
        var record = Lend(Ended(3), "a", out var token);
        record = TrialRules.Conclude(record, Report("a", token, true), 1001, NextBreak)!;
        record = Lend(record, "b", out token);
        record = TrialRules.Conclude(record, Report("b", token, false), 1001, NextBreak)!;
        record = Lend(record, "c", out _);

        Assert.Null(TrialRules.TryLease(record, "d", now: 1000).Token);
    }

    [Fact]
    public void A_trial_without_a_verdict_takes_no_place()
    {
        var record = Lend(Ended(1), "a", out var token);
        record = TrialRules.Conclude(record, Report("a", token, null), 1001, NextBreak)!;

        Assert.NotNull(TrialRules.TryLease(record, "b", now: 1002).Token);
    }

    [Fact]
    public void Lost_leases_count_as_sent_until_twice_the_quota_was_sent()
    {
        var record = Lend(Ended(1), "a", out _);
        record = TrialRules.TryLease(record, "b", now: 1000 + Lease).Next!;
        Assert.Equal(1, record.Sends);

        Assert.Null(TrialRules.TryLease(record, "c", now: 1000 + (2 * Lease)).Token);
    }

    [Fact]
    public void A_lease_lasts_until_its_end_and_not_longer()
    {
        var record = Lend(Ended(1), "a", out var token);

        Assert.NotNull(TrialRules.Renew(record, token, 1000 + Lease - 1));
        Assert.Null(TrialRules.Renew(record, token, 1000 + Lease));
        Assert.Null(TrialRules.Release(record, token, 1000 + Lease));
        Assert.Null(TrialRules.Conclude(record, Report("a", token, true), 1000 + Lease, NextBreak));
    }

    [Fact]
    public void A_renewed_lease_lasts_longer_and_leaves_the_others_alone()
    {
        var record = Lend(Lend(Ended(3), "a", out var token), "b", out var other);
        var renewed = TrialRules.Renew(record, token, 1500)!;

        Assert.Equal(1500 + Lease, renewed.Holds.Single(hold => hold.Token == token).Until);
        Assert.Equal(1000 + Lease, renewed.Holds.Single(hold => hold.Token == other).Until);
        Assert.Equal(2, renewed.Holds.Count);
    }

    [Fact]
    public void A_released_lease_gives_its_place_to_another_and_counts_as_not_sent()
    {
        var record = Lend(Lend(Ended(2), "a", out var token), "b", out var other);
        var released = TrialRules.Release(record, token, 1001)!;

        Assert.Equal(other, Assert.Single(released.Holds).Token);
        Assert.Equal(0, released.Sends);
        Assert.NotNull(TrialRules.TryLease(released, "c", now: 1002).Token);
    }

    [Fact]
    public void The_remaining_trials_are_released_when_the_round_is_decided()
    {
        var record = Lend(Lend(Ended(3), "a", out var first), "b", out var second);
        record = TrialRules.Conclude(record, Report("a", first, true), 1001, NextBreak)!;
        record = Lend(record, "c", out _);
        record = TrialRules.Conclude(record, Report("b", second, true), 1002, NextBreak)!;

        Assert.True(record.IsClosed);
        Assert.Empty(record.Holds);
        Assert.Equal("2 of 3 trials of the fleet succeeded", record.Reason);
        Assert.Equal("b", record.By);
    }

    [Fact]
    public void A_subsequent_break_has_its_own_id_length_reason_and_tokens()
    {
        var record = Lend(Ended(1), "a", out var token);
        record = TrialRules.Conclude(record, Report("a", token, false), 1001, NextBreak)!;

        Assert.Equal(TrialRules.NewId(1001, "a"), record.Id);
        Assert.Equal("the trial of the fleet failed, last 503", record.Reason);
        Assert.Equal((1001L, 1001L + 20_000), (record.BeganAt, record.EndsAt));
        Assert.Equal((token, 2, 1, 0, 0), (record.LastToken, record.Breaks, record.Quota, record.Sends, record.Failures));
        Assert.Empty(record.Tried);
        Assert.Empty(record.Holds);
        Assert.False(record.IsClosed);
    }

    [Fact]
    public void A_service_that_asks_for_fewer_calls_is_up_so_the_next_break_is_not_longer()
    {
        var record = Lend(Ended(1), "a", out var token);
        record = TrialRules.Conclude(record, Report("a", token, false) with { Throttled = true }, 1001, NextBreak)!;

        Assert.Equal(1, record.Breaks);
        Assert.Equal(1001 + 10_000, record.EndsAt);
    }

    [Fact]
    public void A_trial_that_asked_for_fewer_calls_is_remembered_until_the_decision()
    {
        var record = Lend(Lend(Ended(3), "a", out var first), "b", out var second);
        record = TrialRules.Conclude(record, Report("a", first, false) with { Throttled = true }, 1001, NextBreak)!;
        record = TrialRules.Conclude(record, Report("b", second, false), 1002, NextBreak)!;

        Assert.Equal(1, record.Breaks);
    }

    [Fact]
    public void A_trial_in_flight_may_still_decide_when_enough_were_sent()
    {
        var record = Lend(Ended(1), "a", out var token) with { Sends = 1 };
        record = record with { Holds = [.. record.Holds, new("b", 99, 5000)] };
        record = TrialRules.Conclude(record, Report("a", token, null), 1001, NextBreak)!;

        Assert.Equal("break", record.Id);
        record = TrialRules.Conclude(record, Report("b", 99, true), 1002, NextBreak)!;
        Assert.True(record.IsClosed);
    }

    [Fact]
    public void A_replica_that_is_refused_a_lease_is_remembered_for_a_second()
    {
        Assert.False(TrialRules.OthersAsk(Ended(1), now: 500));
        Assert.True(TrialRules.OthersAsk(Ended(1) with { AskedAt = 1000 }, now: 1999));
        Assert.False(TrialRules.OthersAsk(Ended(1) with { AskedAt = 1000 }, now: 2000));
    }

    [Fact]
    public void A_replica_that_had_its_trial_is_not_recorded_as_refused_a_lease()
    {
        var record = Lend(Ended(1) with { Tried = ["b"] }, "a", out _);

        Assert.Equal(default, TrialRules.TryLease(record, "b", now: 1001));
    }

    [Fact]
    public void Parts_of_a_millisecond_are_rounded_up() => Assert.Equal(3, TrialRules.Milliseconds(TimeSpan.FromMicroseconds(2001)));

    private static TimeSpan NextBreak(int breaks) => TimeSpan.FromSeconds(10 * (breaks + 1));

    private static BreakRecord Lend(BreakRecord record, string replica, out long token)
    {
        var (next, leased) = TrialRules.TryLease(record, replica, now: 1000);
        token = leased!.Value;
        return next!;
    }

    private static TrialReport Report(string replica, long token, bool? succeeded) =>
        new(replica, token, succeeded, "503", Throttled: false);

    private static BreakRecord Ended(int quota) => new()
    {
        Id = "break",
        Reason = "2 of 2",
        By = "a",
        BeganAt = 500,
        EndsAt = 900,
        Quota = quota,
    };
}
