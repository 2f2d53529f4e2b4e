using Resilience.Http.Fleet.Running;

namespace Resilience.Http.Tests.Fleet;

/// <summary>The store goes away, comes back, loses its data, or shows another time.</summary>
public sealed class FleetStoreOutageTests
{
    [Fact]
    public void Without_the_store_each_replica_opens_and_closes_alone()
    {
        using var fleet = new FleetSimulation(10, seed: 1);
        fleet.Run(5);
        Cut(fleet, true);
        fleet.ServiceIsDown = true;
        fleet.Run(8);
        Assert.Equal(10, fleet.NotClosed.Count());
        fleet.ServiceIsDown = false;
        fleet.Run(15);

        Assert.Empty(fleet.NotClosed);
    }

    [Fact]
    public void A_store_that_is_lost_during_a_break_leads_to_local_trials()
    {
        using var fleet = new FleetSimulation(10, seed: 2);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(2);
        Cut(fleet, true);
        fleet.ServiceIsDown = false;
        fleet.Run(12);

        Assert.Empty(fleet.NotClosed);
    }

    [Fact]
    public void A_store_that_is_lost_during_the_trials_leads_to_local_trials()
    {
        using var fleet = new FleetSimulation(10, seed: 3);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.RunUntil(() => fleet.Replicas.All(replica => replica.State == CircuitState.HalfOpen), most: 12);
        Cut(fleet, true);
        fleet.ServiceIsDown = false;
        fleet.Run(FleetTimes.Trust.TotalSeconds + 12);

        Assert.Empty(fleet.NotClosed);
    }

    [Fact]
    public void Votes_from_before_an_outage_of_the_store_do_not_act_after_it()
    {
        using var fleet = new FleetSimulation(4, seed: 4);
        fleet.Run(5);
        fleet.Replicas[0].IsCut = fleet.Replicas[1].IsCut = true; // two of four: no quorum
        fleet.Run(2);
        Cut(fleet, true);
        fleet.Replicas[0].IsCut = fleet.Replicas[1].IsCut = false;
        fleet.Run(60);
        Cut(fleet, false);
        fleet.Replicas[2].IsCut = true; // with one of the old votes it would be two, with both three
        fleet.Run(20);

        Assert.Equal([2], fleet.NotClosed.Select(replica => replica.Number));
    }

    [Fact]
    public void Replicas_that_come_back_share_again_within_five_seconds()
    {
        using var fleet = new FleetSimulation(10, seed: 5);
        fleet.Run(5);
        Cut(fleet, true);
        fleet.Run(60);
        Cut(fleet, false);
        fleet.Run(5);

        Assert.All(fleet.Replicas, replica => Assert.Equal(10, replica.Replica.Circuits[0].Quorum.WithTraffic));
    }

    [Fact]
    public void While_the_store_is_gone_a_replica_asks_for_it_at_most_once_a_second()
    {
        using var fleet = new FleetSimulation(10, seed: 6);
        fleet.Run(5);
        Cut(fleet, true);
        fleet.Run(2);
        var before = fleet.Commands;
        fleet.Run(60);

        Assert.InRange((fleet.Commands - before) / 10.0 / 60, 0.5, 1.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_store_that_loses_its_data_costs_nothing_while_all_is_well(int seed)
    {
        using var fleet = new FleetSimulation(10, seed);
        for (var i = 0; i < 10; i++)
        {
            fleet.Run(2.3);
            fleet.Store.Clear();
        }

        Assert.All(fleet.Replicas, replica => Assert.Equal(0, replica.Refused));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_store_that_loses_its_data_during_an_outage_ends_in_closed_circuits(int seed)
    {
        using var fleet = new FleetSimulation(10, seed);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        for (var i = 0; i < 10; i++)
        {
            fleet.Run(2.3);
            fleet.Store.Clear();
        }

        Assert.Equal(10, fleet.NotClosed.Count());
        fleet.ServiceIsDown = false;
        fleet.Run(45);
        Assert.Empty(fleet.NotClosed);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_wall_clock_that_jumps_by_an_hour_ends_in_closed_circuits(int seconds)
    {
        // It is the store's clock too: a failover to a server whose clock is wrong.
        using var fleet = new FleetSimulation(10, seed: 7);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(3);
        fleet.Clock.JumpWallClock(TimeSpan.FromSeconds(seconds));
        fleet.Run(5);
        Assert.Equal(10, fleet.NotClosed.Count());
        fleet.ServiceIsDown = false;
        fleet.Run(45);
        Assert.Empty(fleet.NotClosed);

        fleet.ServiceIsDown = true;
        fleet.Run(3);
        Assert.Equal(10, fleet.NotClosed.Count());
    }

    [Fact]
    public void A_replica_without_the_store_does_not_keep_the_others_from_a_quorum()
    {
        using var fleet = new FleetSimulation(3, seed: 8);
        fleet.Run(5);
        fleet.Replicas[2].IsCutFromStore = true;
        fleet.Replicas[2].CallsPerSecond = 0;
        fleet.Run(11);
        fleet.Replicas[0].IsCut = true;
        fleet.Replicas[1].IsCut = true;
        fleet.Run(3);

        Assert.NotNull(fleet.Replicas[0].Replica.Circuits[0].Known.Current);
        Assert.Equal(CircuitState.Closed, fleet.Replicas[2].State);
    }

    private static void Cut(FleetSimulation fleet, bool cut)
    {
        foreach (var replica in fleet.Replicas)
        {
            replica.IsCutFromStore = cut;
        }
    }
}
