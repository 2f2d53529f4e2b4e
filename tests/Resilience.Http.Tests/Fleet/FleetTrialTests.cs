using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Tests.CircuitBreaker;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Leases of trials: holders that die, that pause, and that no call reaches.</summary>
public sealed class FleetTrialTests
{
    private static readonly Func<int, TimeSpan> TenSeconds = static breaks => TimeSpan.FromSeconds(10 * (breaks + 1));

    [Fact]
    public void If_the_holder_is_killed_another_replica_gets_the_place_within_the_lease()
    {
        using var fleet = new FleetSimulation(3, seed: 1, options => options.HalfOpenMaxCalls = 1);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(2);
        fleet.ServiceIsDown = false;
        fleet.RunUntil(() => Holder(fleet) is not null, most: 10);
        var holder = Holder(fleet)!;
        holder.IsDead = true;
        var seconds = fleet.RunUntil(() => fleet.Replicas.Except([holder]).All(each => each.State == CircuitState.Closed), most: 10);

        Assert.InRange(seconds, 0.5, TrialRules.Lease.TotalSeconds + 0.5);
    }

    [Fact]
    public void A_holder_that_pauses_lets_no_call_through_when_another_has_the_lease()
    {
        using var fleet = new FleetSimulation(3, seed: 2, options => options.HalfOpenMaxCalls = 1);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(2);
        fleet.RunUntil(() => Holder(fleet) is not null, most: 10);
        var holder = Holder(fleet)!;
        holder.IsPaused = true; // its exchanges stop with an unused pass in hand
        holder.CallsPerSecond = 0;
        var others = fleet.Replicas.Except([holder]).ToList();
        fleet.RunUntil(() => others.Exists(HasPass), most: 5);
        var sends = fleet.Sends.Count;
        holder.Call(fleet.Clock.Elapsed);

        Assert.Equal(sends, fleet.Sends.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Two_holders_of_one_place_never_exist_at_the_same_time(int seed)
    {
        using var fleet = new FleetSimulation(6, seed, options => options.HalfOpenMaxCalls = 1);
        var random = new Random(seed);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(3);
        fleet.Run(60, () =>
        {
            var replica = fleet.Replicas[random.Next(6)];
            replica.IsPaused = random.Next(100) < (replica.IsPaused ? 95 : 2); // pauses of a second or so
            Assert.InRange(fleet.Replicas.Count(HasPass), 0, 1);
        });
        Assert.True(fleet.Sends.Count(send => send.IsTrial) > 2);
    }

    [Fact]
    public void A_result_with_the_token_of_a_lost_lease_counts_for_nothing()
    {
        var (first, token) = TrialRules.TryLease(Ended(quota: 1), "a", now: 1000);
        var late = 1000 + (long)TrialRules.Lease.TotalMilliseconds;
        var (second, next) = TrialRules.TryLease(first!, "b", late);

        Assert.True(next > token);
        Assert.Null(TrialRules.Conclude(second!, new("a", token!.Value, true, null, false), late, TenSeconds));
        Assert.Null(TrialRules.Renew(second!, token.Value, late));
        Assert.True(TrialRules.Conclude(second!, new("b", next!.Value, true, null, false), late, TenSeconds)!.IsClosed);
    }

    [Fact]
    public void Nothing_is_leased_before_the_break_has_ended() =>
        Assert.Equal(default, TrialRules.TryLease(Ended(quota: 3), "a", now: 899));

    [Fact]
    public void A_replica_holds_one_lease()
    {
        var (first, _) = TrialRules.TryLease(Ended(quota: 3), "a", now: 1000);

        Assert.Equal(default, TrialRules.TryLease(first!, "a", now: 1001));
    }

    [Fact]
    public void A_replica_that_had_its_trial_waits_while_others_ask_for_a_lease()
    {
        var record = Ended(quota: 3);
        var (first, token) = TrialRules.TryLease(record, "a", now: 1000);
        var tried = TrialRules.Conclude(first!, new("a", token!.Value, false, "503", false), 1010, TenSeconds)!;

        Assert.Null(TrialRules.TryLease(tried with { AskedAt = 1005 }, "a", now: 1020).Token);
        Assert.NotNull(TrialRules.TryLease(tried with { AskedAt = 1005 }, "b", now: 1020).Token);
        Assert.NotNull(TrialRules.TryLease(tried with { AskedAt = 1005 }, "a", now: 2005).Token);
        Assert.NotNull(TrialRules.TryLease(tried, "a", now: 1020).Token);
    }

    [Fact]
    public void A_replica_that_is_refused_a_lease_is_recorded_once_a_second()
    {
        var (full, _) = TrialRules.TryLease(Ended(quota: 1), "a", now: 1000);
        var (noted, token) = TrialRules.TryLease(full!, "b", now: 1001);

        Assert.Null(token);
        Assert.Equal(1001, noted!.AskedAt);
        Assert.Equal(default, TrialRules.TryLease(noted, "c", now: 1500));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(5, 3, 3)]
    public void The_majority_decides_as_in_one_circuit(int quota, int closes, int reopens)
    {
        Assert.Equal(closes, TrialsUntil(quota, succeed: true, record => record.IsClosed));
        Assert.Equal(reopens, TrialsUntil(quota, succeed: false, record => record.Id != "break"));
    }

    [Fact]
    public void Only_a_break_without_any_success_lengthens_the_next()
    {
        var failed = Conclude(Conclude(Ended(quota: 3), "a", false), "b", false);
        var mixed = Conclude(Conclude(Conclude(Ended(quota: 3), "a", true), "b", false), "c", false);

        Assert.Equal(2, failed.Breaks);
        Assert.Equal(1, mixed.Breaks);
    }

    [Fact]
    public void Trials_without_a_verdict_are_replaced_until_twice_the_quota_was_sent()
    {
        var record = Ended(quota: 1);
        record = Conclude(record, "a", null);
        Assert.Equal("break", record.Id);
        record = Conclude(record, "b", null);

        Assert.NotEqual("break", record.Id);
        Assert.Contains("too few of them had a verdict", record.Reason);
    }

    [Fact]
    public void A_record_survives_a_round_trip_through_its_text()
    {
        var (record, _) = TrialRules.TryLease(Ended(quota: 3), "a", now: 1000);
        var text = FleetJson.Write(record!);

        Assert.Equal(text, FleetJson.Write(FleetJson.ReadBreak(text)!));
        Assert.Null(FleetJson.ReadBreak("{"));
        Assert.Null(FleetJson.ReadBreak("{}"));
        Assert.Null(FleetJson.ReadBreak(null));
    }

    [Fact]
    public void A_snapshot_says_that_calls_are_refused_while_others_have_the_trials()
    {
        var lab = new CircuitFixture();
        var (now, length) = (lab.Clock.GetTimestamp(), TimeSpan.FromSeconds(10));
        var shared = new SharedBreak("break", beganHere: false, trustedUntil: lab.Clock.After(now, TimeSpan.FromHours(1)));
        lab.Circuit.TryOpenShared(shared, lab.Clock.After(now, length), "2 of 3 replicas hold it open");
        lab.Clock.Advance(length);

        var refusing = lab.Circuit.Snapshot();
        Assert.Equal((CircuitState.HalfOpen, lab.Refused().RetryAfter), (refusing.State, refusing.RetryAfter));

        now = lab.Clock.GetTimestamp();
        shared.Pass = new(Token: 1, now, lab.Clock.After(now, length));
        Assert.Null(lab.Circuit.Snapshot().RetryAfter);
    }

    [Fact]
    public void A_refusal_by_the_fleet_says_when_the_circuit_continues_on_its_own()
    {
        var lab = new CircuitFixture();
        var (now, length) = (lab.Clock.GetTimestamp(), TimeSpan.FromSeconds(10));
        var shared = new SharedBreak("break", beganHere: false, trustedUntil: lab.Clock.After(now, TimeSpan.FromSeconds(13)));
        lab.Circuit.TryOpenShared(shared, lab.Clock.After(now, length), "2 of 3 replicas hold it open");
        lab.Clock.Advance(TimeSpan.FromSeconds(11));

        var refusal = lab.Refused();

        Assert.Equal(TimeSpan.FromSeconds(2), refusal.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(2), lab.Circuit.Snapshot().RetryAfter);
        var admission = lab.Circuit.GetAdmission(lab.Clock.GetTimestamp());
        Assert.Equal((AdmissionState.Refused, shared.TrustedUntil), (admission.State, admission.RefusesUntil));
        lab.Clock.Advance(refusal.RetryAfter!.Value);
        Assert.Equal(AdmissionState.Trial, lab.Circuit.GetAdmission(lab.Clock.GetTimestamp()).State);
    }

    private static SimulatedReplica? Holder(FleetSimulation fleet) => fleet.Replicas.FirstOrDefault(HasPass);

    private static bool HasPass(SimulatedReplica replica) =>
        replica.Replica.Circuits is [{ Shared: { Pass: { } pass, Result: null } shared }]
        && shared.IsTrusted(replica.Now)
        && replica.Now < pass.ExpiresAt;

    private static BreakRecord Ended(int quota) => new()
    {
        Id = "break",
        Reason = "2 of 2",
        By = "a",
        BeganAt = 500,
        EndsAt = 900,
        Quota = quota,
    };

    private static BreakRecord Conclude(BreakRecord record, string replica, bool? succeeded)
    {
        var (leased, token) = TrialRules.TryLease(record, replica, now: 1000);
        return TrialRules.Conclude(leased!, new(replica, token!.Value, succeeded, "503", false), 1001, TenSeconds)!;
    }

    private static int TrialsUntil(int quota, bool succeed, Func<BreakRecord, bool> isDecided)
    {
        var record = Ended(quota);
        var trials = 0;
        while (!isDecided(record) && trials < 100)
        {
            record = Conclude(record, $"r{trials++}", succeed);
        }

        return trials;
    }
}
