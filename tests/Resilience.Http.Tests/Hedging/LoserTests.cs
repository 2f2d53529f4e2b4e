using System.Net;

namespace Resilience.Http.Tests.Hedging;

/// <summary>What becomes of the sends that did not win.</summary>
public sealed class LoserTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_loser_that_ignores_its_token_delays_nothing_and_its_response_is_disposed()
    {
        var late = new TaskCompletionSource<HttpResponseMessage>();
        var content = new DisposableContent();
        using var fixture = new HedgingFixture(server => server.Then((_, _) => late.Task).Then(200));

        using var response = await fixture.GetAsync();

        Assert.Equal(TimeSpan.FromMilliseconds(100), fixture.Clock.Elapsed);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        late.SetResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        await content.Disposed.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_loser_is_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        using var fixture = new HedgingFixture(server => server
            .Then(async (_, token) =>
            {
                await using var registration = token.Register(cancelled.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                throw new InvalidOperationException();
            })
            .Then(200));

        using var response = await fixture.GetAsync();

        await cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_loser_registered_on_its_token_cannot_hold_up_the_winner()
    {
        using var gate = new ManualResetEventSlim();
        using var fixture = new HedgingFixture(server => server
            .Then(async (_, token) =>
            {
                await using var registration = token.Register(() => gate.Wait(Patience));
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                throw new InvalidOperationException();
            })
            .Then(200));

        using var response = await fixture.GetAsync();

        Assert.False(gate.IsSet);
        gate.Set();
    }

    [Fact]
    public async Task A_loser_that_throws_late_leaves_no_unobserved_exception()
    {
        var late = new TaskCompletionSource<HttpResponseMessage>();
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.ToString().Contains("a late loser", StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await RaceAsync(late);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);

        static async Task RaceAsync(TaskCompletionSource<HttpResponseMessage> late)
        {
            using var fixture = new HedgingFixture(server => server.Then((_, _) => late.Task).Then(200));
            using var response = await fixture.GetAsync();
            var ended = new TaskCompletionSource();
            _ = late.Task.ContinueWith(_ => ended.SetResult(), TaskScheduler.Default);
            late.SetException(new HttpRequestException("a late loser"));
            await ended.Task.WaitAsync(Patience);
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.OK)]
    public async Task The_circuit_gets_no_verdict_of_a_cancelled_loser(HttpStatusCode status)
    {
        var late = new TaskCompletionSource<HttpResponseMessage>();
        var content = new DisposableContent();
        using var fixture = new HedgingFixture(
            server => server.Then((_, _) => late.Task).Then(200), options => options.CircuitBreaker.FailureThreshold = 1);

        (await fixture.GetAsync()).Dispose();
        late.SetResult(new HttpResponseMessage(status) { Content = content });
        await content.Disposed.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Empty(fixture.Metrics.Of("circuit_breaker.failures"));
    }

    [Fact]
    public async Task The_circuit_gets_the_verdict_of_each_send_that_ended_by_itself()
    {
        using var fixture = new HedgingFixture(
            server => server
                .Slow(TimeSpan.FromMilliseconds(200), HttpStatusCode.InternalServerError)
                .Slow(TimeSpan.FromMilliseconds(200), HttpStatusCode.BadGateway),
            options => options.Retry.MaxRetries = 0);

        (await fixture.GetAsync()).Dispose();

        Assert.Equal(2, fixture.Metrics.Of("circuit_breaker.failures").Count);
    }

    [Fact]
    public async Task A_failed_send_that_is_not_the_outcome_has_its_response_disposed()
    {
        var content = new DisposableContent();
        using var fixture = new HedgingFixture(server => server
            .Slow(TimeSpan.FromMilliseconds(300))
            .Then(_ => new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = content }));

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(content.Disposed.IsCompleted);
    }

    [Fact]
    public async Task The_next_calls_are_not_affected_by_losers_that_are_still_running()
    {
        var late = new List<TaskCompletionSource<HttpResponseMessage>>();
        using var fixture = new HedgingFixture(
            server =>
            {
                for (var call = 0; call < 7; call++)
                {
                    var source = new TaskCompletionSource<HttpResponseMessage>();
                    late.Add(source);
                    server.Then((_, _) => source.Task).Then(200, $"\"{call}\"");
                }
            },
            options => options.CircuitBreaker.FailureThreshold = 1);

        for (var call = 0; call < 7; call++)
        {
            using var response = await fixture.GetAsync();
            Assert.Equal($"\"{call}\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        foreach (var source in late)
        {
            var content = new DisposableContent();
            source.SetResult(new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = content });
            await content.Disposed.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        Assert.Empty(fixture.Metrics.Of("circuit_breaker.failures"));
        Assert.Empty(fixture.Metrics.Of("resilience.http.timeouts"));
    }

    private sealed class DisposableContent() : ByteArrayContent([1])
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
