using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>A call that never ends is given up, and says why.</summary>
public sealed class RunLimitTests
{
    private const int Rounds = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_call_that_nothing_can_advance_fails_with_a_message_that_explains_it()
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
            $"1 timer(s) wait{Environment.NewLine}  in 10 s, then every 10 s: {nameof(RunLimitTests)}.",
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
    public async Task A_call_that_blocks_outside_the_clock_is_abandoned_after_the_real_time_limit(bool onThePool)
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
    public async Task A_call_that_was_abandoned_does_not_block_the_next()
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
    public async Task A_test_that_continues_on_a_signal_of_the_call_is_no_longer_part_of_the_call()
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
}
