using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Requests;
using Resilience.Http.Timeouts;
using static Resilience.Http.Tests.Timeouts.ProcessBehindFixture;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Limits that are due while the queue of this process's thread pool is behind.</summary>
public sealed class ProcessBehindTests
{
    private readonly ProcessBehindFixture _fixture = new();

    [Fact]
    public void A_limit_that_is_due_waits_for_its_turn_in_the_queue()
    {
        var lease = _fixture.Rent();
        _fixture.Queue.IsStuck = true;

        _fixture.Time.Advance(Limit + (Limit / 2));
        Assert.False(lease.HasFired);

        _fixture.Queue.Drain();
        Assert.True(lease.HasFired);
        Assert.Equal(new(ProcessDelayCause.ThreadPool, Limit / 2), lease.Delay);
    }

    [Fact]
    public void An_answer_that_came_first_is_seen_first()
    {
        var lease = _fixture.Rent();
        _fixture.Queue.IsStuck = true;
        _fixture.Time.Advance(Limit + Tick);

        lease.Return(); // What the answer's completion, earlier in the queue, does.
        var next = _fixture.Rent();
        Assert.Equal(lease.Token, next.Token);
        _fixture.Queue.Drain();

        Assert.False(next.HasFired);
        _fixture.Time.Advance(Limit);
        Assert.True(next.HasFired);
    }

    [Fact]
    public void A_stuck_queue_delays_a_limit_by_at_most_its_own_length()
    {
        var lease = _fixture.Rent();
        _fixture.Queue.IsStuck = true;

        _fixture.Time.Advance((Limit * 2) - Tick);
        Assert.False(lease.HasFired);

        _fixture.Time.Advance(Tick);
        Assert.True(lease.HasFired);
        Assert.Equal(ProcessDelayCause.ThreadPool, lease.Delay!.Cause);
    }

    [Fact]
    public void A_stuck_queue_delays_a_long_limit_by_at_most_ten_seconds()
    {
        var lease = _fixture.Pool.Rent(TimeSpan.FromMinutes(5), NullLogger.Instance, CancellationToken.None);
        _fixture.Time.Advance(TimeSpan.FromMinutes(4));
        _fixture.Queue.IsStuck = true;

        _fixture.Time.Advance(TimeSpan.FromSeconds(70) - Tick);
        Assert.False(lease.HasFired);

        _fixture.Time.Advance(Tick);
        Assert.True(lease.HasFired);
    }

    [Fact]
    public void A_stuck_queue_does_not_hold_a_limit_far_past_the_deadline_of_the_call()
    {
        var source = new TimeoutSource(_fixture.Pool);
        var now = _fixture.Clock.GetTimestamp();
        var deadline = _fixture.Pool.Clock.After(now, Limit);
        source.Begin(now, deadline, NullLogger.Instance, CancellationToken.None, callDeadline: deadline);
        _fixture.Queue.IsStuck = true;

        _fixture.Time.Advance(Limit + ProcessDelay.LongestOverrun - Tick);
        Assert.False(source.HasFired);

        _fixture.Time.Advance(Tick);
        Assert.True(source.HasFired);
    }

    [Fact]
    public void A_process_that_keeps_up_is_not_behind()
    {
        var lease = _fixture.Rent();

        _fixture.Time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_queue_that_was_behind_during_the_wait_explains_a_timeout_after_it()
    {
        var lease = _fixture.Rent();
        _fixture.Queue.IsStuck = true;
        _fixture.Time.Advance(Limit / 2);
        _fixture.Queue.Drain();

        _fixture.Time.Advance(Limit / 2);

        Assert.True(lease.HasFired);
        Assert.Equal(ProcessDelayCause.ThreadPool, lease.Delay!.Cause);
        Assert.InRange(lease.Delay.Length, Limit / 3, Limit / 2);
    }

    [Fact]
    public void A_queue_that_had_caught_up_before_the_wait_does_not_explain_a_timeout()
    {
        var earlier = _fixture.Rent();
        _fixture.Queue.IsStuck = true;
        _fixture.Time.Advance(Limit / 2);
        _fixture.Queue.Drain();
        earlier.Return();
        _fixture.Time.Advance(Tick);

        var lease = _fixture.Rent();
        _fixture.Time.Advance(Limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void A_delay_of_less_than_a_tenth_of_the_limit_does_not_explain_a_timeout()
    {
        var limit = TimeSpan.FromSeconds(10);
        var lease = _fixture.Pool.Rent(limit, NullLogger.Instance, CancellationToken.None);
        _fixture.Queue.IsStuck = true;
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(900));
        _fixture.Queue.Drain();

        _fixture.Time.Advance(limit);

        Assert.True(lease.HasFired);
        Assert.Null(lease.Delay);
    }

    [Fact]
    public void The_probe_runs_only_while_limits_are_running()
    {
        Assert.Equal(0, _fixture.Time.TimersCreated);
        var lease = _fixture.Rent();
        Assert.Equal(2, _fixture.Time.PendingTimers.Count);

        lease.Return();
        _fixture.Time.Advance(Limit); // The last tick of the limit's own timer comes here too.
        Assert.Empty(_fixture.Time.PendingTimers);

        _fixture.Rent();
        Assert.Equal(2, _fixture.Time.PendingTimers.Count);
        Assert.Equal(2, _fixture.Time.TimersCreated);
    }

    [Fact]
    public void The_probe_stops_although_a_call_that_timed_out_never_ends()
    {
        var lease = _fixture.Rent();
        _fixture.Time.Advance(Limit);
        Assert.True(lease.HasFired);

        _fixture.Time.Advance(Limit);

        Assert.Empty(_fixture.Time.PendingTimers);
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
}
