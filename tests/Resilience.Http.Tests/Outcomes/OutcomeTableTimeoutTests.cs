using Resilience.Http.Outcomes;
using static Resilience.Http.Tests.Outcomes.Judgements;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>Timeouts and cancellations: whose they are decides.</summary>
public sealed class OutcomeTableTimeoutTests
{
    [Fact]
    public void A_connect_timeout_sent_nothing_and_counts_as_a_timeout()
    {
        var timeout = new TaskCanceledException(
            "canceled",
            new TimeoutException("A connection could not be established within the configured ConnectTimeout."),
            new CancellationToken(canceled: true));

        Assert.Equal(TimedOut with { Traits = JudgementTraits.NothingSent | JudgementTraits.TimedOut }, Judge(timeout));
        Assert.Equal(TimedOut, OutcomeTable.Judge(timeout, requestUntouched: false));
    }

    [Fact]
    public void A_timeout_that_a_handler_throws_does_not_prove_that_nothing_was_sent()
    {
        var thrown = Assert.Throws<TaskCanceledException>(
            static void () => throw new TaskCanceledException("slow", new TimeoutException("5 s")));

        Assert.Equal(TimedOut, Judge(thrown));
    }

    [Fact]
    public async Task A_timeout_that_a_handler_returns_in_its_task_may_have_been_sent()
    {
        var returned = Task.FromException(new TaskCanceledException("slow", new TimeoutException("5 s")));

        Assert.Equal(TimedOut, Judge(returned.Exception!.InnerException!));
        Assert.Equal(TimedOut, Judge(await Assert.ThrowsAsync<TaskCanceledException>(() => returned)));
    }

    [Fact]
    public void A_cancellation_that_a_handler_turned_into_another_error_is_not_recognized()
    {
        var own = new OperationCanceledException("x", null, new CancellationToken(canceled: true));

        Assert.Null(Judge(new InvalidOperationException("The operation took too long.", own)));
        Assert.Null(Judge(new AggregateException(new InvalidOperationException("The operation took too long.", own))));
        Assert.Equal(Ignored, Judge(new AggregateException(own)));
    }

    [Fact]
    public void The_timeout_of_another_client_is_a_timeout() =>
        Assert.Equal(
            TimedOut, Judge(new TaskCanceledException("timed out", new TimeoutException("timed out", new TaskCanceledException()))));

    [Fact]
    public void A_cancellation_whose_own_token_is_not_cancelled_is_a_timeout()
    {
        using var other = new CancellationTokenSource();

        Assert.All(
            new Exception[]
            {
                new TaskCanceledException(),
                new OperationCanceledException(),
                new TaskCanceledException("x", null, other.Token)
            },
            exception => Assert.Equal(TimedOut, Judge(exception)));
    }

    [Fact]
    public void A_cancellation_that_a_handler_asked_for_is_ignored()
    {
        using var handler = new CancellationTokenSource();
        handler.Cancel();

        Assert.Equal(Ignored, Judge(new TaskCanceledException("x", null, handler.Token)));
    }

    [Fact]
    public void A_bare_timeout_of_a_handler_is_a_timeout() =>
        Assert.Equal(TimedOut, OutcomeTable.Judge(new TimeoutException(), requestUntouched: true));
}
