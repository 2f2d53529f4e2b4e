using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>A rate that several processes share. A second has 1,000 timestamps here.</summary>
public sealed class RatePaceTests : IPermitSource
{
    private const long Second = 1000;
    private static readonly TokenRate Hundred = new(Permits: 100, Period: Second, Burst: 100);

    private readonly PermitSourceSlot _slot = new();

    [Fact]
    public void Without_a_source_a_shared_rate_is_that_of_this_process() => Assert.Equal(100, Taken(Shared(), at: 0));

    [Fact]
    public void With_a_source_there_are_only_the_permits_that_were_granted()
    {
        var pace = Granted(new GrantedWindow(From: 100, Until: 150, Permits: 3), new GrantedWindow(From: 150, Until: 200, Permits: 2));

        Assert.Equal([0, 3, 2, 0], [Taken(pace, 99), Taken(pace, 100), Taken(pace, 150), Taken(pace, 199)]);
    }

    [Fact]
    public void Permits_that_are_left_when_their_window_ends_are_lost()
    {
        var pace = Granted(new GrantedWindow(From: 100, Until: 150, Permits: 3));
        pace.SlotAt(100, 0);
        pace.Take(100);

        Assert.Equal(0, Taken(pace, at: 150));
    }

    [Fact]
    public void The_slot_of_a_send_is_that_of_the_permit_at_its_place_in_the_queue()
    {
        var pace = Granted(new GrantedWindow(From: 100, Until: 150, Permits: 2), new GrantedWindow(From: 150, Until: 200, Permits: 1));

        Assert.Equal([100, 100, 150], [pace.SlotAt(90, 0), pace.SlotAt(90, 1), pace.SlotAt(90, 2)]);
    }

    [Fact]
    public void Without_a_permit_the_slot_is_the_earliest_possible_one()
    {
        var pace = Granted();

        Assert.Equal([500, 530, 950], [pace.SlotAt(90, 0), pace.SlotAt(90, 3), pace.SlotAt(900, 0)]);
    }

    [Theory]
    [InlineData(120, 149, 1)]
    [InlineData(120, 150, 0)]
    [InlineData(99, 120, 0)]
    public void A_permit_can_be_given_back_in_its_own_window_only(long takenAt, long givenBackAt, int left)
    {
        var pace = Granted(new GrantedWindow(From: 100, Until: 150, Permits: 1), new GrantedWindow(From: 150, Until: 200, Permits: 0));
        pace.SlotAt(120, 0);
        pace.Take(120);
        pace.GiveBack(givenBackAt, takenAt);

        Assert.Equal(left, Taken(pace, givenBackAt));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(20, 5)]
    [InlineData(400, 0.25)]
    public void Without_grants_each_process_sends_its_share(int replicas, double perSecond)
    {
        var pace = Granted();
        pace.ShareAmong(replicas, now: 0);
        var taken = 0;
        for (var now = 0L; now < 1000 * Second; now += 5)
        {
            taken += Taken(pace, now);
        }

        Assert.InRange(taken / 1000.0, perSecond * 0.99, (perSecond * 1.01) + 0.005);
    }

    [Fact]
    public void An_edit_changes_the_share_too()
    {
        var pace = Granted();
        pace.ShareAmong(20, now: 0);
        pace.Change(Hundred with { Permits = 200, Burst = 200 }, isShared: true, now: 0);

        Assert.Equal(Second, pace.SlotAt(0, ahead: 20) - pace.SlotAt(0, ahead: 10));
    }

    [Fact]
    public void With_the_next_grant_the_share_ends()
    {
        var pace = Granted();
        pace.ShareAmong(20, now: 0);
        pace.Grant([], nextAt: 0, now: 10);

        Assert.Equal((true, 0), (pace.IsGranted, Taken(pace, at: 100)));
    }

    void IPermitSource.OnWaiting(RateBucket bucket)
    {
    }

    private RatePace Shared() => new(Hundred, isShared: true, _slot, now: 0);

    private RatePace Granted(params GrantedWindow[] windows)
    {
        var pace = Shared();
        _slot.Source = this;
        pace.Grant(windows, nextAt: 500, now: 0);
        return pace;
    }

    private static int Taken(RatePace pace, long at)
    {
        var taken = 0;
        while (pace.SlotAt(at, 0) <= at)
        {
            pace.Take(at);
            taken++;
        }

        return taken;
    }
}
