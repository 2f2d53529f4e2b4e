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

    private static readonly Dictionary<string, Action<VirtualTimeProvider, TimeSpan, CancellationToken>> Blocks = new()
    {
        ["event"] = static (clock, time, cancellationToken) =>
        {
            using var due = new ManualResetEventSlim();
            using var timer = clock.CreateTimer(_ => due.Set(), null, time, Timeout.InfiniteTimeSpan);
            due.Wait(cancellationToken);
        },
        ["wait handle"] = static (clock, time, _) =>
        {
            using var due = new AutoResetEvent(initialState: false);
            using var timer = clock.CreateTimer(_ => due.Set(), null, time, Timeout.InfiniteTimeSpan);
            due.WaitOne();
        },
        ["monitor"] = static (clock, time, _) =>
        {
            var gate = new object();
            var done = false;
            using var timer = clock.CreateTimer(
                _ =>
                {
                    lock (gate)
                    {
                        done = true;
                        Monitor.PulseAll(gate);
                    }
                }, null, time, Timeout.InfiniteTimeSpan);
            lock (gate)
            {
                while (!done)
                {
                    Monitor.Wait(gate);
                }
            }
        },
        ["task"] = static (clock, time, cancellationToken) => Task.Delay(time, clock, cancellationToken).Wait(cancellationToken),
        ["task on the pool"] = static (clock, time, cancellationToken) =>
            Task.Run(() => Task.Delay(time, clock, cancellationToken), cancellationToken).Wait(cancellationToken),
        ["awaits"] = static (clock, time, cancellationToken) =>
        {
            DelaysAsync().Wait(cancellationToken);
            async Task DelaysAsync()
            {
                await Task.Delay(time / 2, clock, cancellationToken);
                await Task.Delay(time / 2, clock, cancellationToken);
            }
        },
    };

    public static TheoryData<string> WaysToBlock => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(WaysToBlock))]
    public void A_blocking_call_is_driven_whatever_it_blocks_on(string way)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            var clock = new VirtualTimeProvider();
            clock.Run(() =>
            {
                for (var retry = 1; retry <= 3; retry++)
                {
                    using var limit = new CancellationTokenSource(retry * Second + Second, clock);
                    Blocks[way](clock, retry * Second, limit.Token);
                    Assert.False(limit.IsCancellationRequested);
                }
            });
            Assert.Equal(6 * Second, clock.Elapsed);
        }
    }

    [Fact]
    public async Task Several_blocking_calls_at_a_time_wait_for_each_other()
    {
        // A wait of a limited real time is no wait for the clock: time stands still until all have come.
        using var allStarted = new Barrier(4);
        var calls = Enumerable.Range(1, 4).Select(i => Task.Factory.StartNew(
            () => _clock.Run(() =>
            {
                Assert.True(allStarted.SignalAndWait(TimeSpan.FromMinutes(1)));
                Task.Delay(i * Second, _clock).Wait(CancellationToken.None);
                return _clock.Elapsed;
            }),
            TaskCreationOptions.LongRunning));

        Assert.Equal(Enumerable.Range(1, 4).Select(i => i * Second), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task A_blocking_call_inside_a_driven_one_is_refused()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() => Task.FromResult(_clock.Run(() => 1))));
        Assert.Contains("inside a call that the clock drives already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_nothing_can_advance_fails_and_says_so()
    {
        using var finished = _clock.CreateTimer(static _ => { }, null, Second, Timeout.InfiniteTimeSpan);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() => new TaskCompletionSource().Task));
        Assert.Contains("Nothing can advance this call", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "no timer waits on this virtual clock, which stands at 1 s after its start", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _clock.Run(() => new ManualResetEventSlim().Wait()));
    }

    [Fact]
    public async Task A_periodic_timer_does_not_drive_a_hanging_call_forever()
    {
        _clock.VirtualTimeLimit = TimeSpan.FromMinutes(1);
        using var heartbeat = _clock.CreateTimer(static _ => { }, null, 10 * Second, 10 * Second);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() => new TaskCompletionSource().Task));

        Assert.Contains("moved by 60 s, which is the most for one call (VirtualTimeLimit)", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"1 timer(s) wait{Environment.NewLine}  in 10 s, then every 10 s: {nameof(VirtualTimeRunTests)}.",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), _clock.Elapsed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limits_may_be_disabled(bool infinite)
    {
        var none = infinite ? Timeout.InfiniteTimeSpan : TimeSpan.MaxValue;
        (_clock.VirtualTimeLimit, _clock.RealTimeLimit) = (none, none);

        await _clock.RunAsync(() => Task.Delay(TimeSpan.FromDays(40), _clock));

        Assert.Equal(TimeSpan.FromDays(40), _clock.Elapsed);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.RealTimeLimit = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.RealTimeLimit = -Second);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.VirtualTimeLimit = -Second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_blocks_out_of_the_clocks_sight_is_given_up_after_the_real_time_limit(bool onThePool)
    {
        using var blocked = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        _clock.RealTimeLimit = TimeSpan.FromMilliseconds(20);
        using var timer = _clock.CreateTimer(static _ => { }, null, 10 * Second, Timeout.InfiniteTimeSpan);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _clock.RunAsync(() => onThePool ? Task.Run(Block) : Task.FromResult(Block())));

        Assert.Contains("nothing has happened for 0.02 s of real time (RealTimeLimit)", error.Message, StringComparison.Ordinal);
        Assert.Contains("use Run for that", error.Message, StringComparison.Ordinal);
        Assert.Contains("  in 10 s: ", error.Message, StringComparison.Ordinal);
        blocked.Wait();
        go.Set();

        bool Block()
        {
            blocked.Set();
            go.Wait();
            return true;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_blocking_call_that_waits_for_a_lock_does_not_wait_for_the_clock(bool monitor)
    {
        var objectGate = new object();
        var gate = new Lock();
        using var taken = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var owner = new Thread(() =>
        {
            lock (objectGate)
            {
                lock (gate)
                {
                    taken.Set();
                    go.Wait();
                }
            }
        });
        owner.Start();
        taken.Wait();
        _clock.RealTimeLimit = TimeSpan.FromMilliseconds(50);
        using var timer = _clock.CreateTimer(static _ => { }, null, Second, Timeout.InfiniteTimeSpan);

        var error = Assert.Throws<InvalidOperationException>(() => _clock.Run(() =>
        {
            if (monitor)
            {
                lock (objectGate)
                {
                }
            }
            else
            {
                lock (gate)
                {
                }
            }
        }));
        go.Set();
        owner.Join();

        Assert.Contains("RealTimeLimit", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, _clock.Elapsed);
    }

    [Fact]
    public async Task A_call_that_was_given_up_does_not_stand_in_the_way_of_the_next()
    {
        using var go = new ManualResetEventSlim();
        var late = new TaskCompletionSource();
        _clock.RealTimeLimit = TimeSpan.FromMilliseconds(20);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() =>
        {
            go.Wait();
            return late.Task;
        }));
        _clock.RealTimeLimit = TimeSpan.FromSeconds(30);

        await _clock.RunAsync(() => Task.Delay(Second, _clock));
        go.Set();
        late.SetResult();
        await _clock.RunAsync(() => Task.Delay(Second, _clock));
        Assert.Equal(2 * Second, _clock.Elapsed);
    }

    [Fact]
    public async Task The_test_that_waits_for_a_signal_of_the_call_leaves_the_call()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var clock = new VirtualTimeProvider();
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var stop = new CancellationTokenSource();
            var call = clock.RunAsync(async () =>
            {
                await Task.Delay(Second, clock);
                arrived.SetResult();
                await Task.Delay(Second, clock);
            });

            // Goes on where the call completed it; the call must not take what follows here for its own work.
            await arrived.Task;
            await call;
            Assert.Equal(2 * Second, clock.Elapsed);
        }
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
