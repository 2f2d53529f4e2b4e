using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>One subscriber and its queue: when it is woken, and what is said of one that is slow or throws.</summary>
public sealed class TransitionSubscriptionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RecordedLog _log = new();

    [Fact]
    public async Task A_subscriber_that_keeps_up_is_woken_after_every_pause_and_nothing_is_logged()
    {
        using var told = new SemaphoreSlim(0);
        var subscriber = new TransitionSubscription(_ => told.Release(), _log);

        for (var i = 0; i < 1000; i++)
        {
            subscriber.Post(Transition("maintenance"));
            Assert.True(await told.WaitAsync(Patience));
        }

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task The_number_of_transitions_that_a_slow_subscriber_lost_is_logged_once()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscriber = new TransitionSubscription(Handle, _log);

        void Handle(CircuitTransition transition)
        {
            begun.Release();
            goOn.Wait();
            if (transition.Reason == "the last")
            {
                last.SetResult();
            }
        }

        subscriber.Post(Transition("the first"));
        Assert.True(await begun.WaitAsync(Patience));
        for (var i = 0; i < TransitionSubscription.MostWaiting + 2; i++)
        {
            subscriber.Post(Transition("maintenance"));
        }

        subscriber.Post(Transition("the last"));
        goOn.Set();
        await last.Task.WaitAsync(Patience);

        var line = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Warning, "TransitionsLost", 3L), (line.Level, line.Event.Name, line.Fields["Lost"]));
    }

    [Fact]
    public async Task A_subscriber_that_throws_is_logged_with_the_circuit_and_the_exception()
    {
        var mistake = new InvalidOperationException("a mistake");

        await TellTwiceAsync(_log, mistake);

        var line = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Error, "SubscriberFailed", mistake), (line.Level, line.Event.Name, line.Exception));
        Assert.Equal(("payments", "https://payments.internal"), (line.Fields["Service"], line.Fields["Authority"]));
    }

    [Fact]
    public async Task A_logger_that_throws_stops_neither_the_notifications_nor_the_process() =>
        await TellTwiceAsync(new FullLog(), new InvalidOperationException("a mistake"));

    public void Dispose() => _log.Dispose();

    /// <summary>The subscriber throws at the first transition, and has been told of the second when this ends.</summary>
    private static async Task TellTwiceAsync(ILogger log, Exception mistake)
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscriber = new TransitionSubscription(
            transition =>
            {
                if (transition.Reason == "the first")
                {
                    throw mistake;
                }

                second.SetResult();
            },
            log);

        subscriber.Post(Transition("the first"));
        subscriber.Post(Transition("the second"));

        await second.Task.WaitAsync(Patience);
    }

    private static CircuitTransition Transition(string reason) => new()
    {
        ServiceName = "payments",
        Authority = "https://payments.internal",
        From = CircuitState.Closed,
        To = CircuitState.Isolated,
        Reason = reason,
        At = DateTimeOffset.UnixEpoch,
    };

    private sealed class FullLog : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("the log is full");
    }
}
