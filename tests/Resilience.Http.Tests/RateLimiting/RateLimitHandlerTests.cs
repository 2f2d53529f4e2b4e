using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Retry;
using Resilience.Http.Tests.Grpc;

namespace Resilience.Http.Tests.RateLimiting;

public sealed class RateLimitHandlerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Calls_are_paced_to_the_rate()
    {
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 100);

        await fixture.GetAsync(calls: 5);

        Assert.Equal([0, 100, 200, 300, 400], fixture.SentAt);
    }

    [Fact]
    public async Task Without_a_queue_a_call_above_the_rate_is_rejected_at_once()
    {
        using var fixture = TenPerSecond();
        await fixture.GetAsync();

        var rejected = await fixture.RejectedAsync();

        Assert.Equal(("payments", "*", HttpLimit.Rate), (rejected.ServiceName, rejected.Authority, rejected.Limit));
        Assert.Equal(TimeSpan.FromMilliseconds(100), rejected.RetryAfter);
        Assert.Equal(
            "payments was not called: the limit is 10 request(s) per 1 s (RateLimit:Permits), and no request may wait " +
            "(RateLimit:QueueLimit is 0); next attempt possible in 100 ms",
            rejected.Message);
        Assert.Equal([0], fixture.SentAt);
    }

    [Fact]
    public async Task Calls_that_wait_for_the_rate_end_when_the_app_is_disposed()
    {
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 10);
        await fixture.GetAsync();
        var waiting = fixture.Http.SendAsync(RateLimitFixture.Get(), TestContext.Current.CancellationToken);

        fixture.Service.Host.End();

        var ended = await Assert.ThrowsAsync<LimitExceededException>(() => waiting);
        Assert.Contains("and the app was disposed before it was the turn of this request", ended.Message, StringComparison.Ordinal);
        Assert.Null(ended.RetryAfter);
        Assert.Equal([0], fixture.SentAt);
    }

    [Fact]
    public async Task A_full_queue_rejects_with_a_message_that_it_is_full()
    {
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 2);

        var calls = await fixture.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            await Record.ExceptionAsync(() => fixture.Http.SendAsync(RateLimitFixture.Get(), TestContext.Current.CancellationToken)))));

        Assert.Equal([0, 100, 200], fixture.SentAt);
        Assert.Contains("2 request(s) are already waiting (RateLimit:QueueLimit is 2)", calls[3]!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_whose_turn_comes_after_its_deadline_is_rejected_at_once()
    {
        using var fixture = new RateLimitFixture(
            static script => script.Always(200),
            static limit => (limit.Permits, limit.Per, limit.QueueLimit) = (1, TimeSpan.FromMinutes(1), 10));
        await fixture.GetAsync();

        var rejected = await fixture.RejectedAsync();

        Assert.Equal(TimeSpan.FromMinutes(1), rejected.RetryAfter);
        Assert.Contains("with 0 request(s) waiting before it, this request would be sent", rejected.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_rejection_can_be_a_response()
    {
        using var fixture = TenPerSecond(limit => limit.Rejection = HttpRejection.Respond);
        await fixture.GetAsync();

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("rate", response.Headers.GetValues("Resilience-Rejected").Single());
        Assert.Equal(Second, response.Headers.RetryAfter!.Delta);
        Assert.Equal([0], fixture.SentAt);
    }

    [Theory]
    [InlineData(HttpRejection.Throw)]
    [InlineData(HttpRejection.Respond)]
    public async Task A_rejection_costs_no_retry_budget_no_send_and_no_circuit_failure(HttpRejection how)
    {
        using var fixture = TenPerSecond(limit => limit.Rejection = how, options => options.CircuitBreaker.FailureThreshold = 1);
        await fixture.GetAsync();
        var budget = RetryBudget.GetOrCreate(fixture.Service).Available(new());

        await Record.ExceptionAsync(() => fixture.GetAsync());

        Assert.Equal(budget, RetryBudget.GetOrCreate(fixture.Service).Available(new()));
        Assert.Equal(CircuitState.Closed, ServiceCircuits.GetOrCreate(fixture.Service).Snapshots().Single().State);
        Assert.Single(fixture.SentAt);
        Assert.Equal(TimeSpan.Zero, fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task Rejections_are_counted_and_logged_once_a_minute()
    {
        using var fixture = TenPerSecond(limit => limit.Per = TimeSpan.FromHours(1));
        await fixture.GetAsync();

        await fixture.RejectedAsync();
        await fixture.RejectedAsync();

        Assert.All(
            fixture.Metrics.Of("resilience.http.limit.rejections"),
            static measured => Assert.Equal(["payments", "*", "rate"], measured.Tags.Values));
        Assert.Equal(2, fixture.Metrics.Of("resilience.http.limit.rejections").Count);
        Assert.Single(fixture.Log.Of("RequestsRejected"));
    }

    [Fact]
    public async Task A_fallback_may_answer_a_rejection()
    {
        FallbackCause? cause = null;
        using var fixture = TenPerSecond(configure: options => options.Fallback.Add((context, _) =>
        {
            cause = context.Cause;
            return ValueTask.FromResult<HttpResponseMessage?>(new HttpResponseMessage(HttpStatusCode.OK));
        }));
        await fixture.GetAsync();

        using var response = await fixture.GetAsync();

        Assert.Equal(FallbackCause.Refused, cause);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_time_in_the_queue_counts_for_the_total_only(bool withBody)
    {
        using var fixture = new RateLimitFixture(
            static script => script.Then(200).Slow(TimeSpan.FromSeconds(0.9)).Always(),
            static limit => (limit.Permits, limit.Per, limit.QueueLimit) = (1, TimeSpan.FromSeconds(5), 10),
            static options =>
            {
                options.AttemptTimeout = Second;
                options.CircuitBreaker.SlowCallDuration = Second;
                options.CircuitBreaker.MinimumThroughput = 1;
            });
        await fixture.GetAsync();

        using var response = await fixture.Clock.RunAsync(() => fixture.Http.SendAsync(new(HttpMethod.Put, "charges/1")
        {
            Content = withBody ? new StreamContent(new MemoryStream(new byte[100_000])) : null,
        }));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([0, 5_000], fixture.SentAt);
        Assert.Equal(0, ServiceCircuits.GetOrCreate(fixture.Service).Snapshots().Single().SlowRatio);
    }

    [Fact]
    public async Task Each_retry_takes_a_token()
    {
        using var fixture = new RateLimitFixture(
            static script => script.Fail(2, 503).Always(200),
            static limit => (limit.Permits, limit.QueueLimit, limit.Burst) = (1, 10, 1),
            static options => options.Retry.BaseDelay = TimeSpan.Zero);

        await fixture.GetAsync();

        Assert.Equal([0, 1_000, 2_000], fixture.SentAt);
    }

    [Fact]
    public async Task A_token_that_a_later_handler_did_not_use_comes_back()
    {
        using var fixture = TenPerSecond();
        CircuitRegistry.GetOrCreate(fixture.Service.Host).Isolate("payments", "maintenance");

        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<CircuitOpenException>(() => fixture.GetAsync());
        }

        CircuitRegistry.GetOrCreate(fixture.Service.Host).Reset("payments");
        await fixture.GetAsync();
        await fixture.RejectedAsync();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_the_queue_ends_at_once_and_frees_its_place()
    {
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 1);
        using var caller = new CancellationTokenSource();

        var canceled = await fixture.Clock.RunAsync(async () =>
        {
            await fixture.Http.SendAsync(RateLimitFixture.Get(), TestContext.Current.CancellationToken);
            var waits = fixture.Http.SendAsync(RateLimitFixture.Get(), caller.Token);
            await caller.CancelAsync();
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
            await fixture.Http.SendAsync(RateLimitFixture.Get(), TestContext.Current.CancellationToken);
            return exception;
        });

        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal([0, 100], fixture.SentAt);
    }

    [Fact]
    public async Task Disposing_the_client_ends_the_calls_that_wait()
    {
        using var fixture = TenPerSecond(limit => (limit.QueueLimit, limit.Per) = (100, TimeSpan.FromMinutes(1)));
        await fixture.GetAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => fixture.Http.SendAsync(RateLimitFixture.Get())).ToList();

        fixture.Http.Dispose();

        foreach (var call in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        Assert.Single(fixture.SentAt);
    }

    [Fact]
    public async Task A_shutdown_rejects_those_whose_turn_comes_too_late()
    {
        using var fixture = TenPerSecond(limit => (limit.QueueLimit, limit.Permits) = (100, 1));
        var shutdown = fixture.Service.Host.Shutdown;
        shutdown.Expect();
        await fixture.GetAsync();
        var waiting = Enumerable.Range(0, 9).Select(_ => fixture.Http.SendAsync(RateLimitFixture.Get())).ToList();

        shutdown.Begin(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<LimitExceededException>(() => waiting[^1]);
        foreach (var call in waiting.Take(4))
        {
            fixture.Clock.Advance(Second);
            await call;
        }

        Assert.Equal([0, 1_000, 2_000, 3_000, 4_000], fixture.SentAt);
    }

    [Fact]
    public void A_synchronous_call_waits_on_the_clock()
    {
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 1);

        fixture.Clock.Run(() => fixture.Http.Send(RateLimitFixture.Get(), TestContext.Current.CancellationToken));
        fixture.Clock.Run(() => fixture.Http.Send(RateLimitFixture.Get(), TestContext.Current.CancellationToken));

        Assert.Equal([0, 100], fixture.SentAt);
    }

    [Fact]
    public async Task All_authorities_share_the_rate_of_a_service()
    {
        using var fixture = TenPerSecond();
        await fixture.GetAsync();

        await fixture.RejectedAsync("https://other.internal/");
    }

    [Fact]
    public async Task With_scope_Authority_each_authority_has_its_own_rate_limit()
    {
        using var fixture = TenPerSecond(limit => limit.Scope = HttpRateLimitScope.Authority);
        await fixture.GetAsync();

        await fixture.GetAsync("https://other.internal/");

        Assert.Equal("https://other.internal", (await fixture.RejectedAsync("https://OTHER.internal:443/x")).Authority);
        Assert.Equal([0, 0], fixture.SentAt);
    }

    [Fact]
    public async Task Nothing_is_forgotten_when_the_factory_makes_new_handlers()
    {
        using var fixture = TenPerSecond();
        await fixture.GetAsync();
        var handlers = ResilienceChain.HandlersFor(fixture.Service);
        for (var i = 1; i < handlers.Length; i++)
        {
            handlers[i - 1].InnerHandler = handlers[i];
        }

        handlers[^1].InnerHandler = fixture.Server;
        using var next = new HttpClient(handlers[0], disposeHandler: false);

        await Assert.ThrowsAsync<LimitExceededException>(
            () => next.GetAsync("https://payments.internal/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_edit_applies_to_calls_that_already_wait()
    {
        using var fixture = TenPerSecond(limit => (limit.QueueLimit, limit.Per) = (100, TimeSpan.FromMinutes(10)), NoDeadline);
        await fixture.GetAsync();
        await fixture.Clock.RunAsync(() =>
        {
            var waiting = Enumerable.Range(0, 3).Select(_ => fixture.Http.SendAsync(RateLimitFixture.Get())).ToList();
            fixture.Edit(static options => options.RateLimit.Per = Second);
            return Task.WhenAll(waiting);
        });

        Assert.Equal([0, 100, 200, 300], fixture.SentAt);
    }

    [Fact]
    public async Task A_rate_limit_that_is_switched_off_lets_all_waiting_calls_through()
    {
        using var fixture = TenPerSecond(limit => (limit.QueueLimit, limit.Per) = (100, TimeSpan.FromHours(10)), NoDeadline);
        await fixture.GetAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => fixture.Http.SendAsync(RateLimitFixture.Get())).ToList();

        fixture.Edit(static options => options.RateLimit.Enabled = false);
        await Task.WhenAll(waiting);
        await fixture.GetAsync();

        Assert.Equal([0, 0, 0, 0, 0], fixture.SentAt);
    }

    [Fact]
    public async Task A_rejected_grpc_call_is_resource_exhausted()
    {
        using var fixture = TenPerSecond();
        await fixture.GetAsync();

        using var request = GrpcWorld.Call();
        using var response = await fixture.Clock.RunAsync(() => fixture.Http.SendAsync(request));

        Assert.Equal("8", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("100", response.Headers.GetValues("grpc-retry-pushback-ms").Single());
    }

    [Fact]
    public async Task The_span_of_a_call_says_how_long_it_waited()
    {
        using var spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Resilience.Http",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(spans);
        using var fixture = TenPerSecond(limit => limit.QueueLimit = 1);
        var ended = new ConcurrentQueue<Activity>();
        spans.ActivityStopped = ended.Enqueue;

        await fixture.GetAsync(calls: 2, static _ => RateLimitFixture.Get("waits-in-its-span"));

        var waited = ended.SelectMany(static span => span.Events).Where(static each => each.Name == "resilience.rate_limit.waited");
        Assert.Contains(waited, static each => each.Tags.Single() is { Key: "resilience.limit.delay", Value: 0.1 });
    }

    private static RateLimitFixture TenPerSecond(
        Action<HttpRateLimitOptions>? limit = null, Action<ResilientHttpClientOptions>? configure = null) => new(
            static script => script.Always(200),
            options =>
            {
                (options.Permits, options.Burst) = (10, 1);
                limit?.Invoke(options);
            },
            configure);

    private static void NoDeadline(ResilientHttpClientOptions options) =>
        options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan;
}
