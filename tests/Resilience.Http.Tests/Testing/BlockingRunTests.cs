using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>A call that blocks threads is driven like one that awaits.</summary>
public sealed class BlockingRunTests
{
    private const int Rounds = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

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
}
