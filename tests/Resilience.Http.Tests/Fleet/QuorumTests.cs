using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Tests.Fleet;

/// <summary>The table of docs/fleet.md: how many must hold a circuit open, and what the others do then.</summary>
public sealed class QuorumTests
{
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    [InlineData(100, 50, false)]
    [InlineData(100, 51, true)]
    public void More_than_half_and_at_least_two_are_a_quorum(int withTraffic, int open, bool reached) =>
        Assert.Equal(reached, new Quorum(withTraffic, open).IsReached(new()));

    [Theory]
    [InlineData(10, 8, 0.8, false)]
    [InlineData(10, 9, 0.8, true)]
    [InlineData(10, 1, 0, false)]
    [InlineData(10, 2, 0, true)]
    public void The_share_for_a_quorum_is_that_of_the_options(int withTraffic, int open, double quorum, bool reached) =>
        Assert.Equal(reached, new Quorum(withTraffic, open).IsReached(new() { Quorum = quorum }));

    [Theory]
    [InlineData(1, 1, 1, true)]
    [InlineData(5, 4, 5, false)]
    [InlineData(5, 5, 5, true)]
    public void The_smallest_number_for_a_quorum_is_that_of_the_options(int withTraffic, int open, int min, bool reached) =>
        Assert.Equal(reached, new Quorum(withTraffic, open).IsReached(new() { MinReplicas = min }));

    [Fact]
    public void A_replica_that_left_the_traffic_set_before_the_quorum_still_counts() => Assert.True(new Quorum(1, 2).IsReached(new()));

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 2, 0)]
    [InlineData(100, 50, 0)]
    [InlineData(100, 51, 49)]
    public void Replicas_with_few_calls_open_with_a_quorum_only(int replicas, int cut, int opened)
    {
        using var fleet = Cut(replicas, cut, callsOfOthers: 0.5);

        Assert.Equal(cut, fleet.Replicas.Count(static replica => replica.IsCut && replica.WasEverOpen));
        Assert.Equal(opened, fleet.Replicas.Count(static replica => !replica.IsCut && replica.WasEverOpen));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(100, 51)]
    public void Replicas_whose_own_results_are_good_stay_closed(int replicas, int cut)
    {
        using var fleet = Cut(replicas, cut, callsOfOthers: 20);

        Assert.All(fleet.Replicas, static replica => Assert.Equal(replica.IsCut, replica.WasEverOpen));
    }

    [Fact]
    public void Two_of_two_replicas_have_one_break_and_share_its_trials()
    {
        using var fleet = new FleetSimulation(2, seed: 1);
        fleet.Run(2);
        fleet.ServiceIsDown = true;
        fleet.Run(2);
        var id = Assert.Single(Breaks(fleet).Distinct());
        Assert.NotNull(id);
        var before = fleet.Sends.Count;
        fleet.RunUntil(() => Breaks(fleet).All(next => next is not null && next != id), most: 10);

        Assert.InRange(fleet.Sends.Count - before, 2, 3);
        fleet.ServiceIsDown = false;
        fleet.Run(20);
        Assert.Empty(fleet.NotClosed);
    }

    [Fact]
    public void One_of_two_replicas_that_is_cut_off_ends_its_break_alone()
    {
        using var fleet = new FleetSimulation(2, seed: 2);
        fleet.Run(2);
        fleet.Replicas[0].IsCut = true;
        fleet.Run(10);
        fleet.Replicas[0].IsCut = false;
        fleet.Run(20);

        Assert.True(fleet.Replicas[0].WasEverOpen);
        Assert.False(fleet.Replicas[1].WasEverOpen);
        Assert.Empty(fleet.NotClosed);
    }

    private static IEnumerable<string?> Breaks(FleetSimulation fleet) =>
        fleet.Replicas.Select(static replica => replica.Replica.Circuits[0].Known.Current?.Id);

    private static FleetSimulation Cut(int replicas, int cut, double callsOfOthers)
    {
        var fleet = new FleetSimulation(replicas, seed: 5);
        foreach (var replica in fleet.Replicas.Skip(cut))
        {
            replica.CallsPerSecond = callsOfOthers;
        }

        fleet.Run(4);
        foreach (var replica in fleet.Replicas.Take(cut))
        {
            replica.IsCut = true;
        }

        fleet.Run(4);
        return fleet;
    }
}
