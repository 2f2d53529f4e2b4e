using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class VirtualTimeRunTests
{
    private const int Rounds = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(2);
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_call_that_needs_no_timer_ends_without_moving_the_clock()
    {
        Assert.Equal(7, await _clock.RunAsync(() => Task.FromResult(7)));
        Assert.Equal(TimeSpan.Zero, _clock.Elapsed);
    }

    [Fact]
    public async Task Each_wait_of_a_call_moves_the_clock_by_its_length()
    {
        await _clock.RunAsync(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
            await Task.Delay(TimeSpan.FromSeconds(2), _clock).ConfigureAwait(false);
        });

        Assert.Equal(TimeSpan.FromSeconds(3), _clock.Elapsed);
    }

    public static TheoryData<string> WaysToGoOn =>
        new("Task.Yield", "Task.Run", "queued continuation", "queue with context", "queue without context", "several of them");

    [Theory]
    [MemberData(nameof(WaysToGoOn))]
    public async Task A_time_limit_never_fires_while_an_answer_is_on_its_way_through_the_pool(string way)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            Assert.Equal("answered", await clock.RunAsync(() => AttemptAsync(clock, () => GoOnAsync(way))));
            Assert.Equal(TimeSpan.Zero, clock.Elapsed);
        }
    }

    [Theory]
    [MemberData(nameof(WaysToGoOn))]
    public async Task Work_on_the_pool_between_waits_is_followed_too(string way)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            await clock.RunAsync(async () =>
            {
                for (var retry = 0; retry < 3; retry++)
                {
                    Assert.Equal("answered", await AttemptAsync(clock, () => GoOnAsync(way)));
                    await Task.Delay(AttemptTimeout, clock).ConfigureAwait(false);
                }
            });
            Assert.Equal(3 * AttemptTimeout, clock.Elapsed);
            Assert.Empty(clock.PendingTimers);
        }
    }

    [Fact]
    public async Task Several_parallel_waits_of_a_call_share_the_clock()
    {
        var results = await _clock.RunAsync(() => Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            await Task.Yield();
            await Task.Delay(i * Second, _clock);
            await Task.Yield();
            return _clock.Elapsed;
        })));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * Second), results);
    }

    [Fact]
    public async Task Calls_that_are_driven_at_the_same_time_wait_for_each_other()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            using var bothStarted = new Barrier(2);
            Task<TimeSpan> Call(int seconds) => clock.RunAsync(async () =>
            {
                bothStarted.SignalAndWait();
                await Task.Delay(seconds * Second, clock);
                await Task.Yield();
                await Task.Delay(seconds * Second, clock);
                return clock.Elapsed;
            });

            Assert.Equal([2 * Second, 6 * Second], await Task.WhenAll(Call(1), Call(3)));
        }
    }

    [Fact]
    public async Task What_a_timer_made_before_the_call_sets_in_motion_is_waited_for()
    {
        var clock = new VirtualTimeProvider();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = clock.CreateTimer(_ => released.SetResult(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        for (var i = 0; i < 100; i++)
        {
            released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await clock.RunAsync(async () =>
            {
                await released.Task;
                await Task.Yield();
            });
        }
    }

    [Fact]
    public async Task Work_outside_of_a_call_that_waited_for_the_clock_may_release_it()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var outside = SignalAsync();
            await clock.RunAsync(async () =>
            {
                using var limit = new CancellationTokenSource(2 * Second, clock);
                await signal.Task;
                Assert.False(limit.IsCancellationRequested);
            });
            await outside;
            Assert.Equal(Second, clock.Elapsed);

            async Task SignalAsync()
            {
                await Task.Delay(Second, clock);
                signal.SetResult();
            }
        }
    }

    [Fact]
    public async Task Background_work_on_the_clock_neither_stops_a_call_nor_is_stopped_by_it()
    {
        var local = new AsyncLocal<string> { Value = "background" };
        var clock = new VirtualTimeProvider();
        using var stop = new CancellationTokenSource();
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ticked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ticks = 0;
        var background = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(Second, clock);
            began.SetResult();
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                ticks++;
                ticked.TrySetResult();
                await Task.Yield();
            }
        });
        await began.Task;

        await clock.RunAsync(() => Task.Delay(20 * Second, clock));
        await ticked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Second, Assert.Single(clock.PendingTimers).Period);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => background);
        Assert.Equal(20 * Second, clock.Elapsed);
        Assert.InRange(ticks, 1, 20); // ticks that nobody has taken yet become one
    }

    [Fact]
    public async Task A_call_may_drive_another()
    {
        var inner = TimeSpan.Zero;
        await _clock.RunAsync(async () =>
        {
            await Task.Delay(Second, _clock);
            inner = await _clock.RunAsync(async () =>
            {
                await Task.Delay(Second, _clock);
                return _clock.Elapsed;
            });
            await Task.Delay(Second, _clock);
        });

        Assert.Equal((2 * Second, 3 * Second), (inner, _clock.Elapsed));
    }

    [Fact]
    public async Task A_call_may_move_the_clock_itself()
    {
        var limitPassed = false;
        await _clock.RunAsync(async () =>
        {
            using var limit = new CancellationTokenSource(5 * Second, _clock);
            await Task.Yield();
            _clock.Advance(6 * Second);
            limitPassed = limit.IsCancellationRequested;
        });
        Assert.True(limitPassed);
    }

    [Fact]
    public async Task Timers_of_one_instant_fire_one_by_one_each_with_all_that_follows_from_it()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            var order = new List<string>();
            await clock.RunAsync(() => Task.WhenAll(StepAsync("a"), StepAsync("b"), StepAsync("c")));
            Assert.Equal(["a1", "a2", "b1", "b2", "c1", "c2"], order);

            async Task StepAsync(string name)
            {
                await Task.Delay(Second, clock);
                order.Add(name + "1");
                await Task.Yield();
                order.Add(name + "2");
            }
        }
    }

    [Fact]
    public async Task A_call_runs_without_the_synchronization_context_of_its_caller()
    {
        SynchronizationContext?[] seen = [new SynchronizationContext(), new SynchronizationContext()];
        await _clock.RunAsync(async () =>
        {
            seen[0] = SynchronizationContext.Current;
            await Task.Delay(Second, _clock);
            seen[1] = SynchronizationContext.Current;
        });
        Assert.All(seen, Assert.Null);
    }

    [Fact]
    public async Task Locals_of_the_caller_reach_the_call()
    {
        var local = new AsyncLocal<string> { Value = "mine" };
        Assert.Equal("mine", await _clock.RunAsync(() => Task.FromResult(local.Value)));
        Assert.Equal("mine", _clock.Run(() => local.Value));
    }

    [Fact]
    public async Task Exceptions_and_cancellations_come_out_as_they_are()
    {
        var error = new FormatException();
        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(() => _clock.RunAsync(() => throw error)));
        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(() => _clock.RunAsync<int>(async () =>
        {
            await Task.Delay(Second, _clock);
            throw error;
        })));
        Assert.Same(error, Assert.Throws<FormatException>(() => _clock.Run(() => throw error)));

        using var limit = new CancellationTokenSource(Second, _clock);
        var task = _clock.RunAsync(() => Task.Delay(5 * Second, _clock, limit.Token));
        var canceled = await Assert.ThrowsAsync<TaskCanceledException>(() => task);
        Assert.Equal(limit.Token, canceled.CancellationToken);
        Assert.True(task.IsCanceled);
    }

    [Fact]
    public async Task What_a_timers_callback_throws_ends_the_call_it_was_fired_for()
    {
        using var timer = _clock.CreateTimer(static _ => throw new FormatException(), null, Second, Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAsync<FormatException>(() => _clock.RunAsync(() => Task.Delay(2 * Second, _clock)));
        await _clock.RunAsync(() => Task.Delay(Second, _clock));
    }

    private static async Task<string> AttemptAsync(VirtualTimeProvider clock, Func<Task> answer)
    {
        using var limit = new CancellationTokenSource(AttemptTimeout, clock);
        var timedOut = new TaskCompletionSource();
        await using var registration = limit.Token.Register(timedOut.SetResult);
        var answered = answer();
        return await Task.WhenAny(answered, timedOut.Task) == answered ? "answered" : "timed out";
    }

    private static async Task GoOnAsync(string way)
    {
        switch (way)
        {
            case "Task.Yield":
                await Task.Yield();
                await Task.Yield();
                break;
            case "Task.Run":
                await Task.Run(() => Task.Run(() => { })).ConfigureAwait(false);
                break;
            case "queued continuation":
                var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                queued.SetResult();
                await queued.Task;
                var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _ = Task.Run(later.SetResult);
                await later.Task.ConfigureAwait(false);
                break;
            case "queue with context":
                var queuedSafely = new TaskCompletionSource();
                ThreadPool.QueueUserWorkItem(_ => ThreadPool.QueueUserWorkItem(_ => queuedSafely.SetResult()));
                await queuedSafely.Task;
                break;
            case "queue without context":
                var unsafely = new TaskCompletionSource();
                ThreadPool.UnsafeQueueUserWorkItem(_ => ThreadPool.UnsafeQueueUserWorkItem(_ => unsafely.SetResult(), null), null);
                await unsafely.Task;
                break;
            default:
                await Task.WhenAll(WaysToGoOn.SkipLast(1).Select(w => GoOnAsync(w.Data)));
                break;
        }
    }
}
