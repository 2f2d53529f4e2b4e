using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Requests;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Limits that are due while this process is behind: its thread pool's queue, or all of it.</summary>
public sealed class ProcessBehindTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly VirtualTimeProvider _time = new();
    private readonly SuspendedClock _clock;
    private readonly HeldQueue _queue = new();
    private readonly TimeoutLeasePool _pool;

    public ProcessBehindTests()
    {
        _clock = new SuspendedClock(_time);
        _pool = new TimeoutLeasePool(_clock, _queue);
    }

    [Fact]
    public void A_limit_that_is_due_waits_for_its_turn_in_the_queue()
    {
        var lease = Rent();
        _queue.IsStuck = true;

        _time.Advance(Limit + (Limit / 2));
        Assert.False(lease.HasFired);

        _queue.Drain();
        Assert.True(lease.HasFired);
        Assert.Equal(new(ProcessDelayCause.ThreadPool, Limit / 2), lease.Delay);
    }

    [Fact]
    public void An_answer_that_came_first_is_seen_first()
    {
        var lease = Rent();
        _queue.IsStuck = true;
        _time.Advance(Limit + Tick);

        lease.Return(); // What the answer's completion, earlier in the queue, does.
        var next = Rent();
        Assert.Equal(lease.Token, next.Token);
        _queue.Drain();

        Assert.False(next.HasFired);
        _time.Advance(Limit);
        Assert.True(next.HasFired);
    }

    [Fact]
    public void A_queue_that_does_not_move_holds_a_limit_for_as_long_again_at_most()
    {
        var lease = Rent();
        _queue.IsStuck = true;

        _time.Advance((Limit * 2) - Tick);
        Assert.False(lease.HasFired);

        _time.Advance(Tick);
        Assert.True(lease.HasFired);
        Assert.Equal(ProcessDelayCause.ThreadPool, lease.Delay!.Cause);
    }

    [Fact]
    public void A_queue_that_does_not_move_holds_a_long_limit_for_ten_seconds_at_most()
    {
        var lease = _pool.Rent(TimeSpan.FromMinutes(5), NullLogger.Instance, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(4));
        _queue.IsStuck = true;

        _time.Advance(TimeSpan.FromSeconds(70) - Tick);
        Assert.False(lease.HasFired);

        _time.Advance(Tick);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void A_stuck_queue_does_not_hold_a_limit_past_its_last_moment()
    {
        var source = new TimeoutSource(_pool);
        var now = _clock.GetTimestamp();
        source.Begin(
            now, _pool.Clock.After(now, Limit), NullLogger.Instance, CancellationToken.None, _pool.Clock.After(now, Limit + Grace));
        _queue.IsStuck = true;

        _time.Advance(Limit + Grace - Tick);
        Assert.False(source.HasFired);

        _time.Advance(Tick);
        Assert.True(source.HasFired);
    }

    [Fact]
    public void A_process_that_keeps_up_is_not_behind()
    {
        var lease = Rent();

        _time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_queue_that_was_behind_during_the_wait_explains_a_timeout_after_it()
    {
        var lease = Rent();
        _queue.IsStuck = true;
        _time.Advance(Limit / 2);
        _queue.Drain();

        _time.Advance(Limit / 2);

        Assert.True(lease.HasFired);
        Assert.Equal(ProcessDelayCause.ThreadPool, lease.Delay!.Cause);
        Assert.InRange(lease.Delay.Length, Limit / 3, Limit / 2);
    }

    [Fact]
    public void A_queue_that_had_caught_up_before_the_wait_explains_nothing()
    {
        var earlier = Rent();
        _queue.IsStuck = true;
        _time.Advance(Limit / 2);
        _queue.Drain();
        earlier.Return();
        _time.Advance(Tick);

        var lease = Rent();
        _time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_delay_of_less_than_a_tenth_of_the_limit_explains_nothing()
    {
        var limit = TimeSpan.FromSeconds(10);
        var lease = _pool.Rent(limit, NullLogger.Instance, CancellationToken.None);
        _queue.IsStuck = true;
        _time.Advance(TimeSpan.FromMilliseconds(900));
        _queue.Drain();

        _time.Advance(limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void The_probe_runs_only_while_limits_are_running()
    {
        Assert.Equal(0, _time.TimersCreated);
        var lease = Rent();
        Assert.Equal(2, _time.PendingTimers.Count);

        lease.Return();
        _time.Advance(Limit); // The last tick of the limit's own timer comes here too.
        Assert.Empty(_time.PendingTimers);

        Rent();
        Assert.Equal(2, _time.PendingTimers.Count);
        Assert.Equal(2, _time.TimersCreated);
    }

    [Fact]
    public void The_probe_stops_although_a_call_that_timed_out_never_ends()
    {
        var lease = Rent();
        _time.Advance(Limit);
        Assert.True(lease.HasFired);

        _time.Advance(Limit);

        Assert.Empty(_time.PendingTimers);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(70)]
    public void A_tick_that_comes_late_gives_one_grace_to_what_is_pending(int seconds)
    {
        var lease = Rent();
        _time.Advance(Limit - Tick);
        _clock.Suspend(TimeSpan.FromSeconds(seconds));

        _time.Advance(Tick);
        Assert.False(lease.HasFired);

        _time.Advance(Grace - Tick);
        Assert.False(lease.HasFired);

        _time.Advance(Tick * 2);
        Assert.True(lease.HasFired);
        Assert.Equal(new(ProcessDelayCause.Timers, TimeSpan.FromSeconds(seconds)), lease.Delay);
    }

    [Fact]
    public void What_arrives_within_the_grace_is_an_answer()
    {
        var lease = Rent();
        _clock.Suspend(TimeSpan.FromSeconds(5));
        _time.Advance(Limit);

        lease.Return();
        _time.Advance(Grace * 2);

        Assert.False(lease.HasFired);
        Assert.False(lease.Token.IsCancellationRequested);
    }

    [Fact]
    public void Each_use_of_a_source_has_a_grace_of_its_own()
    {
        var lease = Rent();
        _clock.Suspend(TimeSpan.FromSeconds(5));
        _time.Advance(Limit);
        lease.Return();

        var next = Rent();
        Assert.Equal(lease.Token, next.Token);
        _time.Advance(Limit - Tick);
        _clock.Suspend(TimeSpan.FromSeconds(5));
        _time.Advance(Tick);

        Assert.False(next.HasFired);
    }

    [Fact]
    public void A_tick_that_comes_a_little_late_fires_at_once()
    {
        var lease = Rent();
        _time.Advance(Limit - Tick);
        _clock.Suspend(Grace - Tick);

        _time.Advance(Tick);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_clock_that_is_not_the_machines_fires_at_once_however_far_it_jumps()
    {
        var pool = new TimeoutLeasePool(_clock);
        var lease = pool.Rent(Limit, NullLogger.Instance, CancellationToken.None);
        _clock.Suspend(TimeSpan.FromHours(1));

        _time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void Watching_the_process_allocates_nothing_on_the_path_of_a_call()
    {
        var pool = new TimeoutLeasePool(TimeProvider.System, ThreadPoolQueue.Instance);
        void RentAndReturn(int times)
        {
            for (var i = 0; i < times; i++)
            {
                pool.Rent(TimeSpan.FromHours(1), NullLogger.Instance, CancellationToken.None).Return();
            }
        }

        RentAndReturn(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RentAndReturn(10_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 9_999);
    }

    private TimeoutLease Rent() => _pool.Rent(Limit, NullLogger.Instance, CancellationToken.None);
}
