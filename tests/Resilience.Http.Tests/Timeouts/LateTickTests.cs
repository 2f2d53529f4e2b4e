using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Timeouts;
using static Resilience.Http.Tests.Timeouts.ProcessBehindFixture;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Limits whose timer ticks late, because all of this process stood still.</summary>
public sealed class LateTickTests
{
    private readonly ProcessBehindFixture _fixture = new();

    [Theory]
    [InlineData(5)]
    [InlineData(70)]
    public void A_tick_that_comes_late_gives_one_grace_to_what_is_pending(int seconds)
    {
        var lease = _fixture.Rent();
        _fixture.Time.Advance(Limit - Tick);
        _fixture.Clock.Suspend(TimeSpan.FromSeconds(seconds));

        _fixture.Time.Advance(Tick);
        Assert.False(lease.HasFired);

        _fixture.Time.Advance(Grace - Tick);
        Assert.False(lease.HasFired);

        _fixture.Time.Advance(Tick * 2);
        Assert.True(lease.HasFired);
        Assert.Equal(new(ProcessDelayCause.Timers, TimeSpan.FromSeconds(seconds)), lease.Delay);
    }

    [Fact]
    public void What_arrives_within_the_grace_is_an_answer()
    {
        var lease = _fixture.Rent();
        _fixture.Clock.Suspend(TimeSpan.FromSeconds(5));
        _fixture.Time.Advance(Limit);

        lease.Return();
        _fixture.Time.Advance(Grace * 2);

        Assert.False(lease.HasFired);
        Assert.False(lease.Token.IsCancellationRequested);
    }

    [Fact]
    public void Each_use_of_a_source_has_a_grace_of_its_own()
    {
        var lease = _fixture.Rent();
        _fixture.Clock.Suspend(TimeSpan.FromSeconds(5));
        _fixture.Time.Advance(Limit);
        lease.Return();

        var next = _fixture.Rent();
        Assert.Equal(lease.Token, next.Token);
        _fixture.Time.Advance(Limit - Tick);
        _fixture.Clock.Suspend(TimeSpan.FromSeconds(5));
        _fixture.Time.Advance(Tick);

        Assert.False(next.HasFired);
    }

    [Fact]
    public void A_tick_that_comes_a_little_late_fires_at_once()
    {
        var lease = _fixture.Rent();
        _fixture.Time.Advance(Limit - Tick);
        _fixture.Clock.Suspend(Grace - Tick);

        _fixture.Time.Advance(Tick);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_timeout_on_a_clock_other_than_the_machines_fires_at_once_however_far_it_jumps()
    {
        var pool = new TimeoutLeasePool(_fixture.Clock);
        var lease = pool.Rent(Limit, NullLogger.Instance, CancellationToken.None);
        _fixture.Clock.Suspend(TimeSpan.FromHours(1));

        _fixture.Time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }
}
