namespace Resilience.Http.Tests.Fleet;

/// <summary>What the fleet makes of an outage, in virtual time, for several seeds.</summary>
public sealed class FleetOutageTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void All_replicas_open_within_a_second_of_the_quorum(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        foreach (var replica in fleet.Replicas)
        {
            replica.CallsPerSecond = replica.Number < 60 ? 20 : 1; // the last forty would need five seconds alone
        }

        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.RunUntil(() => fleet.NotClosed.Count() > 50, most: 5);
        var seconds = fleet.RunUntil(() => fleet.NotClosed.Count() == 100, most: 5);

        Assert.InRange(seconds, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_break_has_at_most_the_configured_trials_for_all_replicas(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(3);
        var before = fleet.Sends.Count;
        fleet.Run(60); // breaks of 5, 5, 10, 20, 30 s

        var trials = fleet.Sends.Skip(before).ToList();
        Assert.All(trials, send => Assert.True(send.IsTrial));
        var breaks = BreaksOf(trials.Select(send => send.At));
        Assert.InRange(breaks.Count, 3, 5);
        Assert.All(breaks, trial => Assert.InRange(trial, 2, 3));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void All_replicas_close_within_a_second_of_the_last_trial(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        fleet.Run(5);
        fleet.ServiceIsDown = true;
        fleet.Run(20);
        Assert.Equal(100, fleet.NotClosed.Count());
        fleet.ServiceIsDown = false;
        var sends = fleet.Sends.Count;
        fleet.RunUntil(() => fleet.Sends.Count >= sends + 2, most: 60);
        var seconds = fleet.RunUntil(() => !fleet.NotClosed.Any(), most: 10);

        Assert.InRange(seconds, 0, 1);
        fleet.Run(30);
        Assert.Empty(fleet.NotClosed);
        Assert.All(fleet.Replicas, replica => Assert.Single(replica.Transitions, each => each.Transition.To == CircuitState.Closed));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void One_sick_replica_never_opens_the_others(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        fleet.Run(2);
        fleet.Replicas[7].IsCut = true;
        fleet.Run(120);

        Assert.True(fleet.Replicas[7].WasEverOpen);
        Assert.Equal([7], fleet.Replicas.Where(replica => replica.WasEverOpen).Select(replica => replica.Number));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_zone_of_half_the_replicas_never_opens_the_other_half(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        fleet.Run(2);
        foreach (var replica in fleet.Replicas.Take(50))
        {
            replica.IsCut = true;
        }

        fleet.Run(60);

        Assert.All(fleet.Replicas, replica => Assert.Equal(replica.IsCut, replica.WasEverOpen));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Own_results_keep_healthy_replicas_closed_if_most_are_cut_off(int seed)
    {
        using var fleet = new FleetSimulation(100, seed);
        fleet.Run(2);
        foreach (var replica in fleet.Replicas.Take(70))
        {
            replica.IsCut = true;
        }

        fleet.Run(60);

        Assert.All(fleet.Replicas, replica => Assert.Equal(replica.IsCut, replica.WasEverOpen));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_zone_that_comes_back_closes_by_its_own_trials(int seed)
    {
        using var fleet = new FleetSimulation(20, seed);
        fleet.Run(2);
        foreach (var replica in fleet.Replicas.Take(10))
        {
            replica.IsCut = true;
        }

        fleet.Run(20);
        foreach (var replica in fleet.Replicas)
        {
            replica.IsCut = false;
        }

        fleet.Run(40);

        Assert.Empty(fleet.NotClosed);
    }

    [Fact]
    public void Replicas_without_traffic_do_not_count_and_open_with_the_others()
    {
        using var fleet = new FleetSimulation(10, seed: 1);
        foreach (var replica in fleet.Replicas.Skip(3))
        {
            replica.CallsPerSecond = 0;
        }

        fleet.Run(2);
        fleet.ServiceIsDown = true;
        fleet.Run(2);

        Assert.All(fleet.Replicas, replica => Assert.Equal(CircuitState.Open, replica.State));
    }

    [Fact]
    public void One_replica_with_traffic_among_idle_ones_opens_alone()
    {
        using var fleet = new FleetSimulation(3, seed: 1);
        fleet.Replicas[1].CallsPerSecond = fleet.Replicas[2].CallsPerSecond = 0;
        fleet.Run(2);
        fleet.ServiceIsDown = true;
        fleet.Run(3);

        Assert.Equal([0], fleet.NotClosed.Select(replica => replica.Number));
    }

    [Fact]
    public void A_replica_with_a_sick_network_cannot_fail_all_trials_of_a_break()
    {
        using var fleet = new FleetSimulation(10, seed: 3);
        fleet.Run(2);
        fleet.ServiceIsDown = true;
        fleet.Run(3);
        Assert.Equal(10, fleet.NotClosed.Count());
        fleet.ServiceIsDown = false;
        fleet.Replicas[0].IsCut = true;
        fleet.Replicas[0].CallsPerSecond = 100; // its calls come first
        fleet.Run(6);

        Assert.Equal([0], fleet.NotClosed.Select(replica => replica.Number));
    }

    [Fact]
    public void Without_calls_after_the_break_nothing_is_leased_and_the_next_call_is_a_trial()
    {
        using var fleet = new FleetSimulation(4, seed: 1);
        fleet.Run(2);
        fleet.ServiceIsDown = true;
        fleet.Run(2);
        foreach (var replica in fleet.Replicas)
        {
            replica.CallsPerSecond = 0;
        }

        fleet.ServiceIsDown = false;
        fleet.Run(60);
        Assert.All(fleet.Replicas, replica => Assert.Equal(CircuitState.HalfOpen, replica.State));
        var sends = fleet.Sends.Count;
        fleet.Replicas[2].Call(fleet.Clock.Elapsed);

        Assert.Equal(sends + 1, fleet.Sends.Count);
    }

    [Fact]
    public void Commands_to_the_store_do_not_grow_with_the_calls()
    {
        using var slow = new FleetSimulation(10, seed: 1);
        using var fast = new FleetSimulation(10, seed: 1);
        foreach (var replica in fast.Replicas)
        {
            replica.CallsPerSecond = 100;
        }

        slow.Run(20);
        fast.Run(20);

        Assert.Equal(slow.Commands, fast.Commands, tolerance: 20L);
        Assert.InRange(slow.Commands / 20.0 / 10, 2, 3); // per replica and second
    }

    private static List<int> BreaksOf(IEnumerable<TimeSpan> trials)
    {
        List<int> breaks = [];
        var last = TimeSpan.MinValue;
        foreach (var trial in trials)
        {
            if (last == TimeSpan.MinValue || trial - last > TimeSpan.FromSeconds(2))
            {
                breaks.Add(0);
            }

            breaks[^1]++;
            last = trial;
        }

        return breaks;
    }
}
