using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>A call moves the clock by its own waits, and ends with its own result.</summary>
public sealed class VirtualTimeRunTests
{
    private const int Rounds = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
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
    public async Task Exceptions_and_cancellations_pass_through_unchanged()
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
}
