using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Whoever wants to be told of transitions is told of them, and holds up nobody.</summary>
public sealed class TransitionedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly VirtualTimeProvider _clock = new();
    private readonly ResilienceRuntime _host;

    public TransitionedTests()
    {
        _host = new(_clock, static () => 0, NullLoggerFactory.Instance);
        ServiceCircuits.GetOrCreate(new("payments", _host, new())).EnsureCreated(new("https://payments.internal/"));
    }

    private CircuitRegistry Registry => CircuitRegistry.GetOrCreate(_host);

    [Fact]
    public async Task A_subscriber_is_notified_of_each_transition_in_order_outside_the_causing_call()
    {
        using var moved = new ManualResetEventSlim();
        var told = new TaskCompletionSource<List<CircuitTransition>>(TaskCreationOptions.RunContinuationsAsynchronously);
        List<CircuitTransition> seen = [];
        Registry.Transitioned += transition =>
        {
            moved.Wait(); // On the thread that causes the transitions this would never end.
            seen.Add(transition);
            if (seen.Count == 200)
            {
                told.SetResult(seen);
            }
        };

        Move(times: 200);
        moved.Set();

        var transitions = await told.Task.WaitAsync(Patience);
        Assert.All(
            transitions.Index(), each => Assert.Equal(each.Index % 2 == 0 ? CircuitState.Isolated : CircuitState.Closed, each.Item.To));
        Assert.Equal(
            new()
            {
                ServiceName = "payments",
                Authority = "https://payments.internal",
                From = CircuitState.Closed,
                To = CircuitState.Isolated,
                Reason = "maintenance",
                At = _clock.Start,
            },
            transitions[0]);
    }

    [Fact]
    public async Task Subscribing_null_is_ignored_as_with_any_event()
    {
        var told = new TaskCompletionSource<CircuitTransition>(TaskCreationOptions.RunContinuationsAsynchronously);
        Registry.Transitioned += null;
        Registry.Transitioned += told.SetResult;
        Registry.Transitioned -= null;

        Move(times: 1);

        Assert.Equal(CircuitState.Isolated, (await told.Task.WaitAsync(Patience)).To);
    }

    [Fact]
    public async Task A_subscriber_that_hangs_holds_up_neither_calls_nor_other_subscribers()
    {
        using var never = new ManualResetEventSlim();
        using var other = new CountdownEvent(10);
        Registry.Transitioned += _ => never.Wait();
        Registry.Transitioned += _ => other.Signal();

        Move(times: 10);

        Assert.True(await Task.Run(() => other.Wait(Patience)));
        never.Set();
    }

    [Fact]
    public async Task A_subscriber_that_throws_is_still_notified_of_the_next_transition()
    {
        using var told = new CountdownEvent(10);
        Registry.Transitioned += _ =>
        {
            told.Signal();
            throw new InvalidOperationException("a mistake");
        };

        Move(times: 10);

        Assert.True(await Task.Run(() => told.Wait(Patience)));
    }

    [Fact]
    public async Task A_subscriber_that_is_far_behind_loses_the_oldest_and_ends_with_the_current_state()
    {
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var last = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> seen = [];
        Registry.Transitioned += transition =>
        {
            begun.Set();
            gate.Wait();
            seen.Add(transition.Reason);
            if (transition.Reason == "the last")
            {
                last.SetResult(seen.Count);
            }
        };

        Move(times: 1);
        Assert.True(await Task.Run(() => begun.Wait(Patience)));
        Move(times: 2 * TransitionSubscription.MostWaiting);
        Registry.Reset("payments");
        Registry.Isolate("payments", "the last");
        gate.Set();

        Assert.Equal(1 + TransitionSubscription.MostWaiting, await last.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_subscriber_that_unsubscribes_is_no_longer_notified()
    {
        var told = 0;
        using var other = new CountdownEvent(1);
        Action<CircuitTransition> subscriber = _ => Interlocked.Increment(ref told);
        Registry.Transitioned += subscriber;
        Registry.Transitioned -= subscriber;
        Registry.Transitioned += _ => other.Signal();

        Move(times: 1);

        Assert.True(await Task.Run(() => other.Wait(Patience)));
        Assert.Equal(0, told);
    }

    /// <summary>Isolates and resets by turns.</summary>
    private void Move(int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (Registry.Find("payments")!.State == CircuitState.Closed)
            {
                Registry.Isolate("payments", "maintenance");
            }
            else
            {
                Registry.Reset("payments");
            }
        }
    }
}
