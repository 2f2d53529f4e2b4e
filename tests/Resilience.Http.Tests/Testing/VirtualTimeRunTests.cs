using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class VirtualTimeRunTests
{
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

    public static TheoryData<string> WaysToGoOn => new("Task.Yield", "Task.Run", "queued continuation", "queue without context", "several of them");

    [Theory]
    [MemberData(nameof(WaysToGoOn))]
    public async Task A_time_limit_never_fires_while_an_answer_is_on_its_way_through_the_pool(string way)
    {
        for (var i = 0; i < 1000; i++)
        {
            var clock = new VirtualTimeProvider();
            Assert.Equal("answered", await clock.RunAsync(() => AttemptAsync(clock, () => GoOnAsync(way))));
            Assert.Equal(TimeSpan.Zero, clock.Elapsed);
        }
    }

    [Fact]
    public async Task Several_parallel_calls_share_the_clock()
    {
        var results = await _clock.RunAsync(() => Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            await Task.Yield();
            await Task.Delay(TimeSpan.FromSeconds(i), _clock);
            await Task.Yield();
            return _clock.Elapsed;
        })));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => TimeSpan.FromSeconds(i)), results);
    }

    [Fact]
    public void A_blocking_call_is_driven_too()
    {
        var took = _clock.Run(() =>
        {
            using var due = new ManualResetEventSlim();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(9), _clock);
            using var timer = _clock.CreateTimer(_ => due.Set(), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
            due.Wait(limit.Token);
            return _clock.Elapsed;
        });

        Assert.Equal(TimeSpan.FromSeconds(5), took);
    }

    [Fact]
    public async Task A_call_that_nothing_can_advance_is_told_so()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() => new TaskCompletionSource().Task));
        Assert.Contains("no timer waits", error.Message, StringComparison.Ordinal);
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
            case "queue without context":
                var unsafely = new TaskCompletionSource();
                ThreadPool.UnsafeQueueUserWorkItem(_ => ThreadPool.UnsafeQueueUserWorkItem(_ => unsafely.SetResult(), null), null);
                await unsafely.Task;
                break;
            default:
                await Task.WhenAll(WaysToGoOn.Take(4).Select(w => GoOnAsync(w.Data)));
                break;
        }
    }
}
