using static Resilience.Http.Tests.Timeouts.TimeoutLeaseFixture;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A source that is used again brings nothing of its earlier uses along.</summary>
public sealed class TimeoutLeaseReuseTests : IDisposable
{
    private readonly TimeoutLeaseFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string> WaysToBeSpoilt => new("deadline", "caller", "both", "caller, cancelled before");

    [Theory]
    [MemberData(nameof(WaysToBeSpoilt))]
    public void A_source_that_was_cancelled_is_disposed_with_its_timer_and_never_used_again(string way)
    {
        using var caller = new CancellationTokenSource();
        if (way == "caller, cancelled before")
        {
            caller.Cancel();
        }

        var lease = _fixture.Rent(Limit, caller.Token);
        if (way is "deadline" or "both")
        {
            _fixture.Clock.Advance(Limit);
        }

        if (way is "caller" or "both")
        {
            caller.Cancel();
        }

        Assert.Equal(1, _fixture.Clock.TimersAlive);
        lease.Return();

        Assert.Equal(0, _fixture.Clock.TimersAlive);
        Assert.Throws<ObjectDisposedException>(() => lease.Token.WaitHandle);
        Assert.NotEqual(lease.Token, _fixture.Rent(Limit).Token);
    }

    [Fact]
    public void A_source_is_not_disposed_while_its_callbacks_run()
    {
        var lease = _fixture.Rent(Limit);
        Exception? thrown = null;
        lease.Token.UnsafeRegister(
            _ =>
            {
                lease.Return(); // what an attempt does that ends inside of its own cancellation
                thrown = Record.Exception(() => lease.Token.WaitHandle.WaitOne(0));
            },
            null);

        _fixture.Clock.Advance(Limit);

        Assert.Null(thrown);
        Assert.Throws<ObjectDisposedException>(() => lease.Token.WaitHandle);
    }

    [Fact]
    public void After_the_return_the_callers_cancellation_reaches_no_other_token()
    {
        using var caller = new CancellationTokenSource();
        _fixture.Rent(Limit, caller.Token).Return();
        var next = _fixture.Rent(Limit);

        caller.Cancel();

        Assert.False(next.Token.IsCancellationRequested);
        Assert.Equal(0, Registrations.On(caller));
    }

    [Fact]
    public void A_second_return_does_nothing()
    {
        var lease = _fixture.Rent(Limit);
        lease.Return();
        lease.Return();

        var one = _fixture.Rent(Limit);
        var other = _fixture.Rent(Limit);

        Assert.NotEqual(one.Token, other.Token);
        Assert.Equal(2, _fixture.Clock.TimersAlive);
    }

    [Fact]
    public void A_late_return_takes_nothing_from_the_next_holder_of_the_source()
    {
        using var caller = new CancellationTokenSource();
        var late = _fixture.Rent(Limit);
        late.Return();
        var holder = _fixture.Rent(Limit, caller.Token); // the same source and, the clock having stood still, the same deadline
        Assert.Equal(late.Token, holder.Token);

        late.Return();

        Assert.NotEqual(holder.Token, _fixture.Rent(Limit).Token);
        Assert.Equal(1, Registrations.On(caller));
        _fixture.Clock.Advance(Limit);
        Assert.True(holder.HasFired);
    }

    [Fact]
    public void A_callers_source_that_is_reset_and_used_again_cancels_again()
    {
        using var caller = new CancellationTokenSource();
        for (var call = 0; call < 3; call++)
        {
            var answered = _fixture.Rent(Limit, caller.Token);
            Assert.False(answered.Token.IsCancellationRequested);
            answered.Return();
            Assert.True(caller.TryReset());
        }

        var cancelled = _fixture.Rent(Limit, caller.Token);
        caller.Cancel();

        Assert.True(cancelled.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_callers_source_that_is_reset_during_a_call_loses_no_limit_and_no_timer()
    {
        using var caller = new CancellationTokenSource();
        var lease = _fixture.Rent(Limit, caller.Token);
        Assert.True(caller.TryReset());

        _fixture.Clock.Advance(Limit);
        Assert.True(lease.HasFired);
        lease.Return();

        Assert.Equal(0, _fixture.Clock.TimersAlive);
    }
}
