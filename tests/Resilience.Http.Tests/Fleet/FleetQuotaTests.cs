namespace Resilience.Http.Tests.Fleet;

/// <summary>Replicas that share a quota, in virtual time.</summary>
public sealed class FleetQuotaTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Twenty_replicas_never_exceed_the_quota_and_use_nine_tenths_of_it(int seed)
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 20, seed), total: 130);
        fleet.Run(12);

        var used = fleet.CountBetween(2, 12) / 10.0;
        TestContext.Current.TestOutputHelper?.WriteLine($"{used} per second, {fleet.MostIn(Second)} at most, {fleet.Commands} commands");
        Assert.InRange(fleet.MostIn(Second), 1, 100);
        Assert.InRange(used, 90, 100);
    }

    [Fact]
    public void A_send_that_waits_for_the_window_of_its_permit_keeps_the_store_requests_going()
    {
        var fleet = new QuotaSimulation(replicas: 1, seed: 1);
        var replica = fleet.Replicas[0];
        Assert.Equal(Timeout.InfiniteTimeSpan, replica.Quota.UntilUnasked);
        replica.Call();
        var now = fleet.Clock.GetTimestamp();
        replica.Bucket.Queue.TryChange(
            static (pace, now, _) => pace.Grant([new(now + 1, now + 2, Permits: 1)], nextAt: 0, now), now);

        // On a busy machine the window may be over before the send is woken.
        Assert.InRange(replica.Quota.UntilUnasked, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Replicas_whose_calls_stay_below_the_quota_wait_for_a_moment_only()
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 20, seed: 5), total: 60);
        fleet.Run(20);

        Assert.InRange(fleet.Sends.Count, fleet.Replicas.Sum(static replica => replica.Calls) - 10, int.MaxValue);
        Assert.InRange(fleet.MostIn(Second), 1, 100);
    }

    [Fact]
    public void A_replica_with_few_calls_is_not_starved_by_one_with_many()
    {
        var fleet = new QuotaSimulation(replicas: 5, seed: 6);
        fleet.Replicas[0].CallsPerSecond = 500;
        foreach (var replica in fleet.Replicas.Skip(1))
        {
            replica.CallsPerSecond = 5;
        }

        fleet.Run(20);

        Assert.All(fleet.Replicas.Skip(1), replica => Assert.InRange(replica.Sends.Count(), replica.Calls - 5, replica.Calls));
        Assert.InRange(fleet.CountBetween(2, 20) / 18.0, 90, 100);
    }

    [Fact]
    public void After_a_pause_the_burst_of_the_quota_is_sent_at_once_by_one_replica()
    {
        var fleet = new QuotaSimulation(replicas: 3, seed: 7, options => options.QueueLimit = 200);
        for (var i = 0; i < 150; i++)
        {
            fleet.Replicas[1].Call();
        }

        fleet.Run(4);

        Assert.Equal((100, 150), (fleet.CountBetween(0, 0.1), fleet.Sends.Count));
        Assert.Equal(100, fleet.MostIn(Second));
    }

    [Fact]
    public void A_small_burst_is_kept()
    {
        var fleet = new QuotaSimulation(replicas: 3, seed: 8, options => (options.Burst, options.QueueLimit) = (20, 200));
        for (var i = 0; i < 100; i++)
        {
            fleet.Replicas[1].Call();
        }

        fleet.Run(4);

        // What a twentieth of a second brings may be sent in each of them.
        Assert.InRange(fleet.MostIn(TimeSpan.FromMilliseconds(45)), 20, 25);
        Assert.Equal(100, fleet.Sends.Count);
    }

    [Fact]
    public void A_quota_of_ten_per_minute_is_kept_too()
    {
        var minute = TimeSpan.FromMinutes(1);
        var fleet = new QuotaSimulation(replicas: 3, seed: 9, options => (options.Permits, options.Per) = (10, minute));
        foreach (var replica in fleet.Replicas)
        {
            replica.CallsPerSecond = 1;
        }

        fleet.Run(200);

        Assert.Equal(10, fleet.MostIn(minute));
        Assert.InRange(fleet.Sends.Count, 30, 40);
        Assert.InRange(fleet.Commands, 1, 3 * 200 * 3);
    }

    [Fact]
    public void While_replicas_have_different_quotas_the_lowest_is_in_force()
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 10, seed: 10), total: 200);
        fleet.Run(5);
        fleet.Replicas[3].CallsPerSecond = 20;
        fleet.Replicas[3].Edit(static options => options.Permits = 40);
        fleet.Run(6);
        foreach (var replica in fleet.Replicas)
        {
            replica.Edit(static options => options.Permits = 80);
        }

        fleet.Run(8);

        Assert.InRange(fleet.MostIn(Second), 1, 100);
        Assert.InRange(QuotaSimulation.MostIn([.. fleet.Sends.Where(static at => at is > 6500 and < 11000)], Second), 35, 40);
        Assert.InRange(QuotaSimulation.MostIn([.. fleet.Sends.Where(static at => at > 11100)], Second), 70, 80);
        Assert.InRange(fleet.CountBetween(14, 19) / 5.0, 70, 80);
    }

    [Fact]
    public void What_a_replica_holds_when_it_dies_is_lost_for_a_moment_only()
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 10, seed: 11), total: 300);
        fleet.Run(5);
        var busiest = fleet.Replicas.MaxBy(static replica => replica.CallsPerSecond)!;
        busiest.IsDead = true;
        foreach (var replica in fleet.Replicas)
        {
            replica.CallsPerSecond = 20;
        }

        fleet.Run(6);

        Assert.InRange(fleet.CountBetween(6, 11) / 5.0, 90, 100);
        Assert.InRange(fleet.MostIn(Second), 1, 100);
    }

    [Fact]
    public void Only_the_clock_of_the_store_counts()
    {
        var fleet = new QuotaSimulation(replicas: 20, seed: 12, storeShift: TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(17));
        Uneven(fleet, total: 130).Run(12);

        Assert.InRange(fleet.MostIn(Second), 1, 100);
        Assert.InRange(fleet.CountBetween(2, 12) / 10.0, 90, 100);
    }

    [Fact]
    public void Data_that_the_store_lost_never_lead_to_more_sends()
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 20, seed: 13), total: 130);
        for (var i = 0; i < 10; i++)
        {
            fleet.Run(1.37);
            fleet.Store.Clear();
        }

        fleet.Run(5);

        Assert.InRange(fleet.MostIn(Second), 1, 100);
        Assert.InRange(fleet.CountBetween(16, 18) / 2.0, 80, 100);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_failover_to_a_store_whose_clock_is_an_hour_off_exceeds_the_quota_once_at_most(int seconds)
    {
        var fleet = Uneven(new QuotaSimulation(replicas: 20, seed: 17), total: 130);
        fleet.Run(4);
        fleet.Clock.JumpWallClock(TimeSpan.FromSeconds(seconds));
        fleet.Run(8);

        Assert.InRange(fleet.MostIn(Second), 1, 200);
        Assert.InRange(fleet.MostIn(Second, from: 6000), 1, 100);
        Assert.InRange(fleet.CountBetween(7, 12) / 5.0, 90, 100);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(90)]
    [InlineData(2000)]
    public void Commands_depend_on_time_and_not_on_calls(double callsPerSecond)
    {
        var fleet = new QuotaSimulation(replicas: 1, seed: 14);
        fleet.Replicas[0].CallsPerSecond = callsPerSecond;
        fleet.Run(20);

        // 40 questions per second at most, and one exchange every two seconds to be counted.
        Assert.InRange(fleet.Commands, 1, (40 * 20) + 11);
    }

    [Fact]
    public void Frequent_calls_rarely_wait_for_their_permits()
    {
        var fleet = new QuotaSimulation(replicas: 1, seed: 15, options => options.Permits = 1000);
        fleet.Replicas[0].CallsPerSecond = 400;
        fleet.Run(10);

        var waited = fleet.Replicas[0].Results.Count(static result => result.Waited) / (double)fleet.Replicas[0].Calls;
        Assert.InRange(waited, 0, 0.25);
    }

    private static QuotaSimulation Uneven(QuotaSimulation fleet, double total)
    {
        var weights = fleet.Replicas.Select(_ => Math.Pow(fleet.Random.NextDouble(), 4) + 0.01).ToList();
        for (var i = 0; i < weights.Count; i++)
        {
            fleet.Replicas[i].CallsPerSecond = total * weights[i] / weights.Sum();
        }

        return fleet;
    }
}
