using Resilience.Http.Timeouts;
using static Resilience.Http.Tests.Timeouts.TimeoutLeaseFixture;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>One timer serves the attempts of a source one after the other, without allocation.</summary>
public sealed class TimeoutLeaseTimerTests : IDisposable
{
    private readonly TimeoutLeaseFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void One_timer_serves_one_attempt_after_the_other_and_is_not_touched()
    {
        _fixture.Rent(Limit).Return();
        var armed = Assert.Single(_fixture.Clock.PendingTimers);

        for (var i = 0; i < 100; i++)
        {
            _fixture.Rent(Limit).Return();
        }

        Assert.Equal(1, _fixture.Clock.TimersCreated);
        Assert.Equal(armed, Assert.Single(_fixture.Clock.PendingTimers));
    }

    [Fact]
    public void The_tick_of_an_earlier_attempt_moves_the_timer_on_to_the_one_that_holds_it()
    {
        _fixture.Rent(Limit).Return();
        _fixture.Clock.Advance(Limit / 2);
        var later = _fixture.Rent(Limit);

        _fixture.Clock.Advance(Limit / 2);
        Assert.False(later.HasFired);

        _fixture.Clock.Advance((Limit / 2) - Tick);
        Assert.False(later.HasFired);

        _fixture.Clock.Advance(Tick);
        Assert.True(later.HasFired);
        Assert.Equal(1, _fixture.Clock.TimersCreated);
    }

    [Fact]
    public void An_earlier_deadline_than_the_timer_waits_for_is_kept()
    {
        _fixture.Rent(Limit).Return();
        var hasty = _fixture.Rent(Limit / 4);

        _fixture.Clock.Advance(Limit / 4);

        Assert.True(hasty.HasFired);
        Assert.Equal(1, _fixture.Clock.TimersCreated);
    }

    [Fact]
    public void A_tick_that_finds_no_lease_leaves_the_timer_unarmed_until_the_next()
    {
        _fixture.Rent(Limit).Return();
        _fixture.Clock.Advance(Limit);
        Assert.Empty(_fixture.Clock.PendingTimers);

        var next = _fixture.Rent(Limit);
        _fixture.Clock.Advance(Limit);

        Assert.True(next.HasFired);
    }

    [Fact]
    public void The_timer_keeps_nothing_of_the_call_that_happens_to_need_it_first()
    {
        var ambient = new AsyncLocal<string?> { Value = "the first call" };
        var lease = _fixture.Rent(Limit);
        ambient.Value = null;
        var seen = "nothing ran";
        lease.Token.UnsafeRegister(_ => seen = ambient.Value, null);

        _fixture.Clock.Advance(Limit);

        Assert.Null(seen);
    }

    [Fact]
    public void Making_the_timer_works_if_the_flow_is_already_suppressed()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _fixture.Rent(Limit).Return();
            Assert.True(ExecutionContext.IsFlowSuppressed());
        }

        Assert.False(ExecutionContext.IsFlowSuppressed());
    }

    [Fact]
    public void The_timers_that_a_burst_leaves_are_bounded()
    {
        var burst = Enumerable.Range(0, 5_000).Select(_ => _fixture.Rent(Limit)).ToArray();
        Assert.Equal(5_000, _fixture.Clock.TimersAlive);

        foreach (var lease in burst)
        {
            lease.Return();
        }

        Assert.Equal(1_000, _fixture.Clock.TimersAlive);
    }

    [Fact]
    public void Renting_and_returning_allocates_nothing()
    {
        var pool = new TimeoutLeasePool(TimeProvider.System);
        using var caller = new CancellationTokenSource();
        void RentAndReturn(int times)
        {
            for (var i = 0; i < times; i++)
            {
                pool.Rent(TimeSpan.FromHours(1), _fixture.Log, caller.Token).Return();
            }
        }

        RentAndReturn(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RentAndReturn(10_000);

        // The pool's queue takes a new segment now and then: a few kilobytes, not a byte per call.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 9_999);
    }
}
