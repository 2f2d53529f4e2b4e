using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class VirtualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void The_clock_stands_still_until_it_is_moved()
    {
        var (timestamp, now) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        Assert.Equal((timestamp, now), (_clock.GetTimestamp(), _clock.GetUtcNow()));

        _clock.Advance(Second);

        Assert.Equal(Second, _clock.GetElapsedTime(timestamp));
        Assert.Equal(now + Second, _clock.GetUtcNow());
        Assert.Equal(Second, _clock.Elapsed);
    }

    [Fact]
    public void The_wall_clock_begins_at_the_given_time()
    {
        var start = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        var clock = new VirtualTimeProvider(start);
        Assert.Equal(start, clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetUtcNow().Offset);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_moves_no_timestamp_and_no_timer()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Second, Timeout.InfiniteTimeSpan);
        var (timestamp, now) = (_clock.GetTimestamp(), _clock.GetUtcNow());

        _clock.JumpWallClock(TimeSpan.FromHours(-3));
        Assert.Equal(now - TimeSpan.FromHours(3), _clock.GetUtcNow());
        _clock.SetUtcNow(now.AddYears(1));
        Assert.Equal(now.AddYears(1), _clock.GetUtcNow());

        Assert.Equal((timestamp, 0), (_clock.GetTimestamp(), fired));
        _clock.Advance(Second);
        Assert.Equal(now.AddYears(1) + Second, _clock.GetUtcNow());
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_timer_fires_at_its_own_instant_and_once()
    {
        var at = new List<TimeSpan>();
        using var timer = _clock.CreateTimer(_ => at.Add(_clock.Elapsed), null, 2 * Second, Timeout.InfiniteTimeSpan);
        _clock.Advance(2 * Second - TimeSpan.FromTicks(1));
        Assert.Empty(at);
        _clock.Advance(10 * Second);
        Assert.Equal([2 * Second], at);
        Assert.Equal(12 * Second - TimeSpan.FromTicks(1), _clock.Elapsed);
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_of_its_instants()
    {
        var at = new List<TimeSpan>();
        using var timer = _clock.CreateTimer(_ => at.Add(_clock.Elapsed), null, Second, 2 * Second);
        _clock.Advance(6 * Second);
        Assert.Equal([Second, 3 * Second, 5 * Second], at);
    }

    [Fact]
    public void Timers_fire_by_due_time_and_then_by_age()
    {
        var order = new List<string>();
        using var late = Timer("late", 2 * Second);
        using var older = Timer("older", Second);
        using var younger = Timer("younger", 3 * Second);
        younger.Change(Second, Timeout.InfiniteTimeSpan);

        _clock.Advance(5 * Second);

        Assert.Equal(["older", "younger", "late"], order);
        ITimer Timer(string name, TimeSpan due) => _clock.CreateTimer(_ => order.Add(name), null, due, Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void The_order_is_the_same_a_thousand_times()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var clock = new VirtualTimeProvider();
            var random = new Random(seed % 10);
            var order = new List<int>();
            var due = Enumerable.Range(0, 30).Select(_ => random.Next(8)).ToArray();
            var timers = due
                .Select((seconds, i) => clock.CreateTimer(_ => order.Add(i), null, seconds * Second, Timeout.InfiniteTimeSpan))
                .ToArray();

            clock.Advance(8 * Second);

            Assert.Equal(Enumerable.Range(0, 30).OrderBy(i => due[i]), order);
            Assert.All(timers, static timer => timer.Dispose());
        }
    }

    [Fact]
    public void Timers_that_a_callback_arms_fire_on_the_way()
    {
        var at = new List<TimeSpan>();
        ITimer? again = null;
        again = _clock.CreateTimer(_ =>
        {
            at.Add(_clock.Elapsed);
            if (at.Count < 3)
            {
                again!.Change(Second, Timeout.InfiniteTimeSpan);
            }
        }, null, Second, Timeout.InfiniteTimeSpan);

        _clock.Advance(10 * Second);

        Assert.Equal([Second, 2 * Second, 3 * Second], at);
    }

    [Fact]
    public void A_callback_may_move_the_clock()
    {
        var order = new List<string>();
        using var first = _clock.CreateTimer(
            _ =>
            {
                order.Add("first");
                _clock.Advance(5 * Second);
                order.Add($"at {_clock.Elapsed.TotalSeconds}");
            }, null, Second, Timeout.InfiniteTimeSpan);
        using var second = _clock.CreateTimer(_ => order.Add("second"), null, 2 * Second, Timeout.InfiniteTimeSpan);

        _clock.Advance(3 * Second);

        Assert.Equal(["first", "second", "at 6"], order);
        Assert.Equal(6 * Second, _clock.Elapsed);
    }

    [Fact]
    public void Advances_from_many_threads_add_up_and_time_never_goes_back()
    {
        using var start = new Barrier(8);
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            var last = _clock.GetTimestamp();
            for (var i = 0; i < 1000; i++)
            {
                using var timer = _clock.CreateTimer(static _ => { }, null, TimeSpan.FromMilliseconds(i % 3), Timeout.InfiniteTimeSpan);
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                var now = _clock.GetTimestamp();
                Assert.True(now > last, "time went back");
                last = now;
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Equal(TimeSpan.FromSeconds(8), _clock.Elapsed);
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void A_timer_that_is_stopped_or_disposed_of_does_not_fire()
    {
        var fired = new List<string>();
        using var stopped = _clock.CreateTimer(_ => fired.Add("stopped"), null, Second, Second);
        var disposed = _clock.CreateTimer(_ => fired.Add("disposed"), null, Second, Second);
        Assert.True(stopped.Change(Timeout.InfiniteTimeSpan, Second));
        disposed.Dispose();
        Assert.False(disposed.Change(Second, Second));

        _clock.Advance(10 * Second);

        Assert.Empty(fired);
        Assert.Empty(_clock.PendingTimers);
    }

    [Fact]
    public async Task Async_disposal_waits_for_the_callback_that_runs()
    {
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var timer = _clock.CreateTimer(
            _ =>
            {
                entered.Set();
                go.Wait();
            }, null, Second, Timeout.InfiniteTimeSpan);
        var advance = Task.Run(() => _clock.Advance(Second));
        entered.Wait();

        var disposal = timer.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);
        go.Set();
        await disposal;
        await advance;
        Assert.True(timer.DisposeAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public void What_is_due_now_fires_without_moving_the_clock()
    {
        var fired = false;
        using var timer = _clock.CreateTimer(_ => fired = true, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.False(fired);
        _clock.Advance(TimeSpan.Zero);
        Assert.True(fired);
    }

    [Fact]
    public void The_next_timer_can_be_gone_to_and_those_of_its_instant_fire_with_it()
    {
        var fired = new List<int>();
        using var one = _clock.CreateTimer(_ => fired.Add(1), null, Second, Timeout.InfiniteTimeSpan);
        using var two = _clock.CreateTimer(_ => fired.Add(2), null, Second, Timeout.InfiniteTimeSpan);
        using var three = _clock.CreateTimer(_ => fired.Add(3), null, 2 * Second, Timeout.InfiniteTimeSpan);

        Assert.True(_clock.AdvanceToNextTimer());
        Assert.Equal([1, 2], fired);
        Assert.Equal(Second, _clock.Elapsed);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.False(_clock.AdvanceToNextTimer());
        Assert.Equal(2 * Second, _clock.Elapsed);
    }

    [Fact]
    public void Callbacks_run_without_a_synchronization_context_and_the_callers_is_restored()
    {
        var mine = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(mine);
        try
        {
            SynchronizationContext? seen = mine;
            using var timer = _clock.CreateTimer(_ => seen = SynchronizationContext.Current, null, Second, Timeout.InfiniteTimeSpan);
            _clock.Advance(Second);
            Assert.Null(seen);
            Assert.Same(mine, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void Callbacks_run_outside_of_every_lock()
    {
        using var timer = _clock.CreateTimer(
            _ =>
            {
                // Another thread gets at everything while the callback runs.
                var other = new Thread(() =>
                {
                    _ = _clock.GetUtcNow();
                    _ = _clock.PendingTimers;
                    _clock.CreateTimer(static _ => { }, null, Second, Second).Dispose();
                    _clock.Advance(TimeSpan.Zero);
                });
                other.Start();
                other.Join();
            }, null, Second, Timeout.InfiniteTimeSpan);
        _clock.Advance(Second);
        Assert.Equal(2, _clock.TimersCreated);
    }

    [Fact]
    public void A_callback_runs_in_the_context_its_timer_was_made_in()
    {
        var local = new AsyncLocal<string> { Value = "maker" };
        string? seen = null;
        using var timer = _clock.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        ITimer bare;
        string? seenBare = "none";
        using (ExecutionContext.SuppressFlow())
        {
            bare = _clock.CreateTimer(_ => seenBare = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        }

        local.Value = "mover";
        _clock.Advance(Second);
        bare.Dispose();

        Assert.Equal("maker", seen);
        Assert.Equal("mover", seenBare);
    }

    [Fact]
    public void What_a_callback_throws_is_thrown_to_the_code_that_moved_the_clock()
    {
        using var timer = _clock.CreateTimer(static _ => throw new FormatException(), null, Second, Timeout.InfiniteTimeSpan);
        Assert.Throws<FormatException>(() => _clock.Advance(Second));
    }

    [Fact]
    public void Timers_are_counted_so_that_leaks_show()
    {
        var kept = _clock.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var gone = _clock.CreateTimer(static _ => { }, null, Second, Second);
        gone.Dispose();
        gone.Dispose();

        Assert.Equal((2, 1, 1), (_clock.TimersCreated, _clock.TimersDisposed, _clock.TimersAlive));
        kept.Dispose();
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void Pending_timers_show_when_they_are_due_and_whose_they_are()
    {
        using var periodic = _clock.CreateTimer(static _ => { }, null, 3 * Second, Second);
        using var limit = new CancellationTokenSource(2 * Second, _clock);
        _clock.Advance(Second);

        Assert.Equal(
            [
                "in 1 s: CancellationTokenSource.TimerCallback",
                $"in 2 s, then every 1 s: {nameof(VirtualTimeProviderTests)}." +
                nameof(Pending_timers_show_when_they_are_due_and_whose_they_are),
            ],
            _clock.PendingTimers.Select(static timer => timer.ToString()));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0xffffffffL)]
    public void Times_that_the_systems_timers_refuse_are_refused(long milliseconds)
    {
        var wrong = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(static _ => { }, null, wrong, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(static _ => { }, null, Second, wrong));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TimeProvider.System.CreateTimer(static _ => { }, null, wrong, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void The_clock_does_not_go_beyond_the_last_day_there_is()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.Zero, _clock.Elapsed);

        _clock.Advance(DateTimeOffset.MaxValue - _clock.Start);
        Assert.Equal(DateTimeOffset.MaxValue, _clock.GetUtcNow());
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void The_clock_does_not_go_backwards() => Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));
}
