using System.Reflection;
using Resilience.Http.Hedging;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>A watch serves one send after the other. A tick of its timer may come at any moment, also late.</summary>
public sealed class HedgeWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void A_response_that_comes_in_time_is_the_outcome()
    {
        using var kept = new KeptRound(_clock);
        var send = new TaskCompletionSource<HttpResponseMessage>();
        var outcome = kept.Begin(send.Task);
        using var response = new HttpResponseMessage();

        send.SetResult(response);

        Assert.Same(response, EndOf(outcome));
        Assert.True(kept.Watch.IsIdle);
    }

    [Fact]
    public void An_exception_and_a_cancellation_are_the_outcome_as_they_are()
    {
        using var kept = new KeptRound(_clock);
        var (fault, cancellation) = (new HttpRequestException("refused"), new CancellationToken(canceled: true));
        var first = new TaskCompletionSource<HttpResponseMessage>();
        var failed = kept.Begin(first.Task);
        first.SetException(fault);
        kept.End();
        var second = new TaskCompletionSource<HttpResponseMessage>();
        var canceled = kept.Begin(second.Task);
        second.SetCanceled(cancellation);

        Assert.Same(fault, failed.Exception!.InnerException);
        Assert.True(canceled.IsCanceled);
        Assert.Equal(cancellation, Assert.Throws<TaskCanceledException>(() => canceled.GetAwaiter().GetResult()).CancellationToken);
    }

    [Fact]
    public void A_late_tick_neither_ends_the_next_send_nor_makes_it_slow()
    {
        using var kept = new KeptRound(_clock);
        using HttpResponseMessage firstResponse = new(), secondResponse = new();
        EndOne(kept, firstResponse);
        var send = new TaskCompletionSource<HttpResponseMessage>();
        var outcome = kept.Begin(send.Task);

        kept.Watch.OnDue();

        Assert.False(outcome.IsCompleted);
        Assert.False(kept.Round.IsSlowNoted);
        _clock.Advance(KeptRound.Delay);
        Assert.True(kept.Round.IsSlowNoted);
        send.SetResult(secondResponse);
        Assert.Same(secondResponse, EndOf(outcome));
        Assert.False(kept.Watch.IsIdle);
    }

    [Fact]
    public void A_tick_between_two_sends_changes_nothing()
    {
        using var kept = new KeptRound(_clock);
        using HttpResponseMessage first = new(), second = new();
        EndOne(kept, first);

        kept.Watch.OnDue();

        EndOne(kept, second);
        Assert.True(kept.Watch.IsIdle);
    }

    [Fact]
    public void A_send_that_is_slow_and_not_hedged_is_the_outcome_when_it_ends()
    {
        using var kept = new KeptRound(_clock);
        using var response = new HttpResponseMessage();
        var send = new TaskCompletionSource<HttpResponseMessage>();
        var outcome = kept.Begin(send.Task);

        _clock.Advance(KeptRound.Delay * 3);

        Assert.True(kept.Round.IsSlowNoted);
        Assert.False(outcome.IsCompleted);
        send.SetResult(response);
        Assert.Same(response, EndOf(outcome));
    }

    [Fact]
    public void Code_that_awaits_the_outcome_may_start_the_next_send_at_once()
    {
        using var kept = new KeptRound(_clock);
        using HttpResponseMessage firstResponse = new(), secondResponse = new();
        var (first, second) = (new TaskCompletionSource<HttpResponseMessage>(), new TaskCompletionSource<HttpResponseMessage>());
        var next = kept.Begin(first.Task).ContinueWith(
            _ =>
            {
                kept.End();
                return kept.Begin(second.Task);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        first.SetResult(firstResponse);
        _clock.Advance(KeptRound.Delay);
        second.SetResult(secondResponse);

        Assert.True(kept.Round.IsSlowNoted);
        Assert.Same(secondResponse, EndOf(next.Unwrap()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tick_before_the_watch_has_started_is_not_missed(bool endsBeforeThat)
    {
        var clock = new ClockThatTicksAtOnce();
        using var kept = new KeptRound(clock);
        using var response = new HttpResponseMessage();
        var send = new TaskCompletionSource<HttpResponseMessage>();
        clock.BeforeTick = () => _ = endsBeforeThat && send.TrySetResult(response);
        var outcome = kept.Begin(send.Task, started: () => clock.Now += KeptRound.Delay);

        Assert.Equal(!endsBeforeThat, kept.Round.IsSlowNoted);
        send.TrySetResult(response);
        Assert.Same(response, EndOf(outcome));
    }

    [Fact]
    public void An_idle_watch_refers_to_nothing_of_the_call()
    {
        using var kept = new KeptRound(_clock);
        using var response = new HttpResponseMessage();

        EndOne(kept, response);

        Assert.Null(kept.Round.Operation);
        Assert.All(
            typeof(HedgeWatch).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(field => !field.IsInitOnly),
            field => Assert.True(
                field.GetValue(kept.Watch) is null or 0 or CancellationToken { CanBeCanceled: false }, field.Name));
    }

    private static HttpResponseMessage EndOf(Task<HttpResponseMessage> outcome)
    {
        Assert.True(outcome.Wait(Patience));
        return outcome.Result;
    }

    private static void EndOne(KeptRound kept, HttpResponseMessage response)
    {
        var send = new TaskCompletionSource<HttpResponseMessage>();
        var outcome = kept.Begin(send.Task);
        send.SetResult(response);
        Assert.Same(response, EndOf(outcome));
        kept.End();
    }

    /// <summary>Its timers are due as soon as they are set.</summary>
    private sealed class ClockThatTicksAtOnce : TimeProvider
    {
        public TimeSpan Now { get; set; }

        /// <summary>Before it is set, no timer ticks.</summary>
        public Action? BeforeTick { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Ticks(this, () => callback(state));

        private sealed class Ticks(ClockThatTicksAtOnce clock, Action tick) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime != Timeout.InfiniteTimeSpan && clock.BeforeTick is { } before)
                {
                    before();
                    tick();
                }

                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
