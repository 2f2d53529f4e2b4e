using Microsoft.Extensions.Logging;
using static Resilience.Http.Tests.Timeouts.TimeoutLeaseFixture;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A lease is cancelled at its deadline or with its caller.</summary>
public sealed class TimeoutLeaseTests : IDisposable
{
    private readonly TimeoutLeaseFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_lease_is_cancelled_at_its_deadline_and_not_before()
    {
        var lease = _fixture.Rent(Limit);

        _fixture.Clock.Advance(Limit - Tick);
        Assert.False(lease.Token.IsCancellationRequested);
        Assert.False(lease.HasFired);

        _fixture.Clock.Advance(Tick);
        Assert.True(lease.Token.IsCancellationRequested);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void A_deadline_between_two_milliseconds_is_never_early_and_less_than_one_late()
    {
        var lease = _fixture.Rent(TimeSpan.FromMicroseconds(1500));

        _fixture.Clock.Advance(TimeSpan.FromMicroseconds(1499));
        Assert.False(lease.HasFired);

        _fixture.Clock.Advance(Tick);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void The_callers_cancellation_is_passed_on_and_is_not_a_timeout()
    {
        using var caller = new CancellationTokenSource();
        var lease = _fixture.Rent(Limit, caller.Token);

        caller.Cancel();

        Assert.True(lease.Token.IsCancellationRequested);
        Assert.False(lease.HasFired);
    }

    [Fact]
    public void A_token_that_is_cancelled_already_is_passed_on_too()
    {
        var lease = _fixture.Rent(Limit, new CancellationToken(canceled: true));

        Assert.True(lease.Token.IsCancellationRequested);
        lease.Return();
        Assert.False(_fixture.Rent(Limit).Token.IsCancellationRequested);
    }

    [Fact]
    public void A_callback_that_throws_is_logged_and_does_not_end_the_process()
    {
        var lease = _fixture.Rent(Limit);
        lease.Token.UnsafeRegister(static _ => throw new InvalidOperationException("a bug in a handler"), null);

        _fixture.Clock.Advance(Limit);

        Assert.True(lease.HasFired);
        var line = Assert.Single(_fixture.Log.At(LogLevel.Error));
        Assert.Equal("CancellationCallbackFailed", line.Event);
        Assert.IsType<InvalidOperationException>(Assert.IsType<AggregateException>(line.Exception).InnerException);
        lease.Return();
        Assert.Equal(0, _fixture.Clock.TimersAlive);
    }
}
