using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

public sealed class TimeoutLeaseTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly VirtualTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly TimeoutLeasePool _pool;

    public TimeoutLeaseTests() => _pool = new TimeoutLeasePool(_clock);

    [Fact]
    public void It_is_cancelled_at_its_deadline_and_not_before()
    {
        var lease = Rent(Limit);

        _clock.Advance(Limit - Tick);
        Assert.False(lease.Token.IsCancellationRequested);
        Assert.False(lease.HasFired);

        _clock.Advance(Tick);
        Assert.True(lease.Token.IsCancellationRequested);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void A_deadline_between_two_milliseconds_is_never_early_and_less_than_one_late()
    {
        var lease = Rent(TimeSpan.FromMicroseconds(1500));

        _clock.Advance(TimeSpan.FromMicroseconds(1499));
        Assert.False(lease.HasFired);

        _clock.Advance(Tick);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void One_timer_serves_one_attempt_after_the_other_and_is_not_touched()
    {
        Rent(Limit).Return();
        var armed = Assert.Single(_clock.PendingTimers);

        for (var i = 0; i < 100; i++)
        {
            Rent(Limit).Return();
        }

        Assert.Equal(1, _clock.TimersCreated);
        Assert.Equal(armed, Assert.Single(_clock.PendingTimers));
    }

    [Fact]
    public void The_tick_of_an_earlier_attempt_moves_the_timer_on_to_the_one_that_holds_it()
    {
        Rent(Limit).Return();
        _clock.Advance(Limit / 2);
        var later = Rent(Limit);

        _clock.Advance(Limit / 2);
        Assert.False(later.HasFired);

        _clock.Advance((Limit / 2) - Tick);
        Assert.False(later.HasFired);

        _clock.Advance(Tick);
        Assert.True(later.HasFired);
        Assert.Equal(1, _clock.TimersCreated);
    }

    [Fact]
    public void An_earlier_deadline_than_the_timer_waits_for_is_kept()
    {
        Rent(Limit).Return();
        var hasty = Rent(Limit / 4);

        _clock.Advance(Limit / 4);

        Assert.True(hasty.HasFired);
        Assert.Equal(1, _clock.TimersCreated);
    }

    [Fact]
    public void A_tick_that_finds_no_lease_leaves_the_timer_unarmed_until_the_next()
    {
        Rent(Limit).Return();
        _clock.Advance(Limit);
        Assert.Empty(_clock.PendingTimers);

        var next = Rent(Limit);
        _clock.Advance(Limit);

        Assert.True(next.HasFired);
    }

    [Fact]
    public void The_callers_cancellation_is_passed_on_and_is_not_a_timeout()
    {
        using var caller = new CancellationTokenSource();
        var lease = Rent(Limit, caller.Token);

        caller.Cancel();

        Assert.True(lease.Token.IsCancellationRequested);
        Assert.False(lease.HasFired);
    }

    [Fact]
    public void A_token_that_is_cancelled_already_is_passed_on_too()
    {
        var lease = Rent(Limit, new CancellationToken(canceled: true));

        Assert.True(lease.Token.IsCancellationRequested);
        lease.Return();
        Assert.False(Rent(Limit).Token.IsCancellationRequested);
    }

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

        var lease = Rent(Limit, caller.Token);
        if (way is "deadline" or "both")
        {
            _clock.Advance(Limit);
        }

        if (way is "caller" or "both")
        {
            caller.Cancel();
        }

        Assert.Equal(1, _clock.TimersAlive);
        lease.Return();

        Assert.Equal(0, _clock.TimersAlive);
        Assert.Throws<ObjectDisposedException>(() => lease.Token.WaitHandle);
        Assert.NotEqual(lease.Token, Rent(Limit).Token);
    }

    [Fact]
    public void A_source_is_not_disposed_while_its_callbacks_run()
    {
        var lease = Rent(Limit);
        Exception? thrown = null;
        lease.Token.UnsafeRegister(
            _ =>
            {
                lease.Return(); // what an attempt does that ends inside of its own cancellation
                thrown = Record.Exception(() => lease.Token.WaitHandle.WaitOne(0));
            },
            null);

        _clock.Advance(Limit);

        Assert.Null(thrown);
        Assert.Throws<ObjectDisposedException>(() => lease.Token.WaitHandle);
    }

    [Fact]
    public void After_the_return_the_callers_cancellation_reaches_no_other_token()
    {
        using var caller = new CancellationTokenSource();
        Rent(Limit, caller.Token).Return();
        var next = Rent(Limit);

        caller.Cancel();

        Assert.False(next.Token.IsCancellationRequested);
        Assert.Equal(0, Registrations.On(caller));
    }

    [Fact]
    public void A_second_return_does_nothing()
    {
        var lease = Rent(Limit);
        lease.Return();
        lease.Return();

        var one = Rent(Limit);
        var other = Rent(Limit);

        Assert.NotEqual(one.Token, other.Token);
        Assert.Equal(2, _clock.TimersAlive);
    }

    [Fact]
    public void A_late_return_takes_nothing_from_the_next_holder_of_the_source()
    {
        using var caller = new CancellationTokenSource();
        var late = Rent(Limit);
        late.Return();
        var holder = Rent(Limit, caller.Token); // the same source and, the clock having stood still, the same deadline
        Assert.Equal(late.Token, holder.Token);

        late.Return();

        Assert.NotEqual(holder.Token, Rent(Limit).Token);
        Assert.Equal(1, Registrations.On(caller));
        _clock.Advance(Limit);
        Assert.True(holder.HasFired);
    }

    [Fact]
    public void A_callers_source_that_is_reset_and_used_again_cancels_again()
    {
        using var caller = new CancellationTokenSource();
        for (var call = 0; call < 3; call++)
        {
            var answered = Rent(Limit, caller.Token);
            Assert.False(answered.Token.IsCancellationRequested);
            answered.Return();
            Assert.True(caller.TryReset());
        }

        var cancelled = Rent(Limit, caller.Token);
        caller.Cancel();

        Assert.True(cancelled.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_callers_source_reset_in_the_middle_of_a_call_loses_no_limit_and_no_timer()
    {
        using var caller = new CancellationTokenSource();
        var lease = Rent(Limit, caller.Token);
        Assert.True(caller.TryReset());

        _clock.Advance(Limit);
        Assert.True(lease.HasFired);
        lease.Return();

        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void Nothing_of_the_call_that_happens_to_need_the_timer_first_is_kept_by_it()
    {
        var ambient = new AsyncLocal<string?> { Value = "the first call" };
        var lease = Rent(Limit);
        ambient.Value = null;
        var seen = "nothing ran";
        lease.Token.UnsafeRegister(_ => seen = ambient.Value, null);

        _clock.Advance(Limit);

        Assert.Null(seen);
    }

    [Fact]
    public void Making_the_timer_works_if_the_flow_is_already_suppressed()
    {
        using (ExecutionContext.SuppressFlow())
        {
            Rent(Limit).Return();
            Assert.True(ExecutionContext.IsFlowSuppressed());
        }

        Assert.False(ExecutionContext.IsFlowSuppressed());
    }

    [Fact]
    public void A_callback_that_throws_is_logged_and_does_not_end_the_process()
    {
        var lease = Rent(Limit);
        lease.Token.UnsafeRegister(static _ => throw new InvalidOperationException("a bug in a handler"), null);

        _clock.Advance(Limit);

        Assert.True(lease.HasFired);
        var line = Assert.Single(_log.At(LogLevel.Error));
        Assert.Equal("CancellationCallbackFailed", line.Event);
        Assert.IsType<InvalidOperationException>(Assert.IsType<AggregateException>(line.Exception).InnerException);
        lease.Return();
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void What_a_burst_leaves_is_bounded()
    {
        var burst = Enumerable.Range(0, 5_000).Select(_ => Rent(Limit)).ToArray();
        Assert.Equal(5_000, _clock.TimersAlive);

        foreach (var lease in burst)
        {
            lease.Return();
        }

        Assert.Equal(1_000, _clock.TimersAlive);
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
                pool.Rent(TimeSpan.FromHours(1), _log, caller.Token).Return();
            }
        }

        RentAndReturn(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RentAndReturn(10_000);

        // The pool's queue takes a new segment now and then: a few kilobytes, not a byte per call.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 9_999);
    }

    public void Dispose() => _log.Dispose();

    private TimeoutLease Rent(TimeSpan timeout, CancellationToken caller = default) =>
        _pool.Rent(timeout, _log, caller);
}
