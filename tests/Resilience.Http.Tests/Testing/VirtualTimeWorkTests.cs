using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>The clock does not move while there is still work on the thread pool, whoever started it.</summary>
public sealed class VirtualTimeWorkTests
{
    private const int Rounds = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(2);
    private readonly VirtualTimeProvider _clock = new();

    public static TheoryData<string> WaysToGoOn =>
        new("Task.Yield", "Task.Run", "queued continuation", "queue with context", "queue without context", "several of them");

    [Theory]
    [MemberData(nameof(WaysToGoOn))]
    public async Task A_time_limit_never_fires_while_an_answer_is_queued_in_the_thread_pool(string way)
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
