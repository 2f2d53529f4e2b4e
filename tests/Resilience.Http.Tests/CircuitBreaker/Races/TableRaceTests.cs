namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>Circuits that are made, dropped and steered while calls go through them.</summary>
public sealed class TableRaceTests
{
    [Fact]
    public void Two_first_calls_of_an_authority_race_and_share_one_circuit() => RaceScenario.Between(
        () => new Fleet(most: 100),
        fleet => fleet.One = fleet.TryAcquire("https://new.internal/"),
        fleet => fleet.Other = fleet.TryAcquire("https://new.internal/"),
        fleet => (ReferenceEquals(fleet.One!.Value.Circuit, fleet.Other!.Value.Circuit), fleet.Circuits.Current().Count));

    [Fact]
    public void The_first_calls_of_authorities_race_with_the_isolation_of_all() => RaceScenario.Between(
        () => new Fleet(most: 100),
        fleet => fleet.CallNewAuthorities(),
        fleet => fleet.Circuits.Isolate("maintenance", duration: null, authority: null),
        fleet => fleet.Count(CircuitState.Closed));

    [Fact]
    public void The_first_calls_of_isolated_authorities_race_with_the_reset_of_all() => RaceScenario.Between(
        () =>
        {
            var fleet = new Fleet(most: 100);
            fleet.Circuits.Isolate("maintenance", duration: null, authority: null);
            return fleet;
        },
        fleet => fleet.CallNewAuthorities(),
        fleet => fleet.Circuits.TryReset(authority: null),
        fleet => fleet.Count(CircuitState.Isolated));

    [Fact]
    public void A_call_races_with_the_removal_of_its_circuit_and_its_failure_is_not_lost() => RaceScenario.Between(
        () => new Fleet(most: 1),
        fleet => fleet.One = fleet.TryAcquire("https://old.internal/"),
        fleet => fleet.CallAndForget("https://new.internal/"),
        fleet =>
        {
            fleet.Fail(fleet.One!.Value);
            return (fleet.Circuits.Find("https://old.internal")?.ConsecutiveFailures, fleet.One!.Value.Circuit.InFlight);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_circuit_is_retired_between_two_calls_and_never_during_one(bool busy) => RaceScenario.Between(
        () => new CircuitRaceState(busy ? new CircuitFixture().Busy() : new CircuitFixture()),
        match =>
        {
            for (var i = 0; i < 1000 && match.TryAcquire(out var permit); i++)
            {
                match.OneDid |= match.OtherDid; // Got a permit from a circuit that was retired.
                match.Lab.Succeed(permit);
            }
        },
        match =>
        {
            while (!match.Lab.Circuit.TryRetire())
            {
            }

            match.OtherDid = true;
        },
        match => match.OneDid,
        rounds: 20_000);

    [Fact]
    public void Transitions_are_published_one_at_a_time_and_in_order_whatever_causes_them()
    {
        var lab = new CircuitFixture();

        Race.Together(threads: 4, number =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                (number % 2 == 0 ? (Action)(() => lab.Isolate()) : lab.Reset)();
            }
        });

        Assert.All(lab.Transitions.Zip(lab.Transitions.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(lab.Transitions[^1].To, lab.State);
    }
}
