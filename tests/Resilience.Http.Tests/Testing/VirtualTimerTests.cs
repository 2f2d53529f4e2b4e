using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>Timers fire at their own instants and in order, and can be counted.</summary>
public sealed class VirtualTimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

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
    public void Timers_that_a_callback_arms_fire_in_the_same_advance()
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
                $"in 2 s, then every 1 s: {nameof(VirtualTimerTests)}." +
                nameof(Pending_timers_show_when_they_are_due_and_whose_they_are),
            ],
            _clock.PendingTimers.Select(static timer => timer.ToString()));
    }
}
