namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>Calls that meet at a circuit whose break has ended, and trials that meet each other or somebody who steers by hand.</summary>
public sealed class TrialLeaseRaceTests
{
    [Fact]
    public void Two_calls_race_at_the_end_of_the_break() => RaceScenario.Between(
        () =>
        {
            var lab = new CircuitFixture(OneTrial).Open();
            lab.Clock.Advance(TimeSpan.FromSeconds(30));
            return new CircuitRaceState(lab);
        },
        match => match.OneDid = match.TryAcquire(),
        match => match.OtherDid = match.TryAcquire(),
        match => (match.OneDid ^ match.OtherDid, match.Lab.Path));

    [Fact]
    public void Two_calls_race_for_the_last_trial_permit_of_a_half_open_circuit() => RaceScenario.Between(
        () => new CircuitRaceState(new CircuitFixture(OneTrial).HalfOpen()),
        match => match.OneDid = match.TryAcquire(),
        match => match.OtherDid = match.TryAcquire(),
        match => match.OneDid ^ match.OtherDid);

    [Fact]
    public void The_closing_trial_races_with_one_that_fails() => RaceScenario.Between(
        () =>
        {
            var lab = new CircuitFixture().HalfOpen();
            lab.Succeed(times: 1);
            return new CircuitRaceState(lab, permits: 2);
        },
        match => match.Lab.Succeed(match.One),
        match => match.OtherDid = match.Lab.Fail(match.Other),
        match => (match.OtherDid, match.Lab.Path, match.Lab.Circuit.InFlight));

    [Fact]
    public void A_cancelled_trial_races_with_the_call_that_wants_its_permit() => RaceScenario.Between(
        () => new CircuitRaceState(new CircuitFixture(OneTrial).HalfOpen(), permits: 1),
        match => match.Lab.Circuit.Ignore(match.One),
        match => match.OtherDid = match.TryAcquire(),
        match => (match.OtherDid, match.Lab.Circuit.InFlight));

    [Fact]
    public void A_call_races_with_the_closing_trial_and_gets_a_permit_or_a_refusal() => RaceScenario.Between(
        () => new CircuitRaceState(new CircuitFixture(OneTrial).HalfOpen(), permits: 1),
        match => match.Lab.Succeed(match.One),
        match =>
        {
            if (match.OtherDid = match.TryAcquire(out var permit))
            {
                match.Lab.Succeed(permit);
            }
        },
        match => (match.OtherDid, match.Lab.Circuit.Snapshot().Throughput, match.Lab.Circuit.InFlight));

    [Fact]
    public void A_reset_races_with_a_failed_trial() => RaceScenario.Between(
        () => new CircuitRaceState(new CircuitFixture().HalfOpen(), permits: 1),
        match => match.OneDid = match.Lab.Fail(match.One),
        match => match.Lab.Reset(),
        match => (match.OneDid, match.Lab.State, match.Lab.Transitions.Count));

    [Fact]
    public void An_isolation_races_with_the_closing_trial() => RaceScenario.Between(
        () => new CircuitRaceState(new CircuitFixture(OneTrial).HalfOpen(), permits: 1),
        match => match.Lab.Succeed(match.One),
        match => match.Lab.Isolate(),
        match => match.Lab.Path);

    [Fact]
    public void Exactly_three_of_a_hundred_concurrent_calls_are_trials()
    {
        var match = new CircuitRaceState(new CircuitFixture().HalfOpen());
        var granted = 0;

        Race.Together(threads: 100, _ => Interlocked.Add(ref granted, match.TryAcquire() ? 1 : 0));

        Assert.Equal(3, granted);
    }

    [Fact]
    public void Trials_in_flight_never_exceed_the_quota_however_they_start_and_end()
    {
        var match = new CircuitRaceState(new CircuitFixture(options => options.HalfOpenMaxCalls = 3).HalfOpen());
        var (inFlight, tooMany, granted) = (0, 0, 0);

        Race.Together(threads: 4, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                if (match.TryAcquire(out var permit))
                {
                    Interlocked.Add(ref tooMany, Interlocked.Increment(ref inFlight) > 3 ? 1 : 0);
                    Interlocked.Decrement(ref inFlight);
                    Interlocked.Increment(ref granted);
                    match.Lab.Circuit.Ignore(permit);
                }
            }
        });

        Assert.Equal(0, tooMany);
        Assert.Equal(6, granted); // Twice the quota.
        Assert.Equal((CircuitState.Open, 0L), (match.Lab.State, match.Lab.Circuit.InFlight));
    }

    private static void OneTrial(HttpCircuitBreakerOptions options) => options.HalfOpenMaxCalls = 1;
}
