using System.Net;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting;
using Resilience.Http.Tests.Hedging;

namespace Resilience.Http.Tests.Chain;

/// <summary>A send that waits for a limit is not slow, and a send that lost is no evidence.</summary>
public sealed class HedgesAndLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Uri Address = new("https://payments.internal/");

    [Fact]
    public async Task A_send_that_waits_in_the_queue_is_hedged_only_once_it_is_slow()
    {
        using var fixture = new HedgingFixture(
            server => server
                .When(HttpMethod.Post, posts => posts.Slow(TimeSpan.FromMilliseconds(550)).Always())
                .Hang().Then(200),
            options => options.ConcurrencyLimit = new() { Enabled = true, Limit = 2, QueueLimit = 5 });

        var blockers = Enumerable.Range(0, 2).Select(_ => fixture.Http.PostAsync("charges", null)).ToArray();
        using var response = await fixture.GetAsync();

        Assert.Equal([0, 0, 550, 650], fixture.SentAt);
        Assert.Equal(["won"], fixture.Hedges);
        Assert.Empty(fixture.Suppressed);
        await Task.WhenAll(blockers);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.OK)]
    public async Task A_loser_that_answers_late_does_not_move_an_adaptive_limit(HttpStatusCode status)
    {
        var late = new TaskCompletionSource<HttpResponseMessage>();
        using var fixture = new HedgingFixture(
            server => server.Then((_, _) => late.Task).Then(200).Then((_, _) => late.Task).Then(200).Then((_, _) => late.Task).Then(200),
            options => options.ConcurrencyLimit = new() { Enabled = true, Mode = HttpConcurrencyLimitMode.Adaptive });
        for (var call = 0; call < 3; call++)
        {
            (await fixture.GetAsync()).Dispose();
        }

        var limiter = ServiceLimiters.GetOrCreate(fixture.Service).GetOrAdd(Address);
        var before = (limiter.Adaptive!.LastingLimit, limiter.Adaptive.Baseline);
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(800));

        late.SetResult(new(status));

        Assert.True(SpinWait.SpinUntil(() => limiter.Permits.InFlight == 0, Patience));
        Assert.Equal(before, (limiter.Adaptive.LastingLimit, limiter.Adaptive.Baseline));
    }

    [Theory]
    [InlineData(5, new string[0])]
    [InlineData(1, new[] { "limit" })]
    public async Task A_hedge_does_not_take_the_last_tokens_of_a_rate_limit(int burst, string[] suppressed)
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(500)).Always(200),
            options => options.RateLimit = new() { Enabled = true, Permits = 1, Per = TimeSpan.FromMinutes(1), Burst = burst });

        using var response = await fixture.GetAsync();

        Assert.Equal(suppressed, fixture.Suppressed);
        Assert.Empty(fixture.Metrics.Of("resilience.http.limit.rejections"));
    }

    [Fact]
    public async Task No_hedge_goes_out_while_the_server_asks_for_a_pause()
    {
        using var fixture = new HedgingFixture(
            server => server
                .Slow(TimeSpan.FromMilliseconds(500))
                .When(HttpMethod.Post, posts => posts.Fail(1, HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1))),
            options => options.RateLimit = new() { Enabled = true });

        var slow = fixture.Http.GetAsync("charges/1", TestContext.Current.CancellationToken);
        using var throttled = await fixture.Http.PostAsync("charges", null, TestContext.Current.CancellationToken);
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(500));
        using var response = await slow;

        Assert.Equal(["limit"], fixture.Suppressed);
    }

    [Fact]
    public async Task A_caller_that_cancels_a_hedged_call_in_the_queue_gets_its_own_token_too()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang(2),
            options => options.ConcurrencyLimit = new() { Enabled = true, Limit = 1, QueueLimit = 5 });
        using var blocked = new CancellationTokenSource();
        using var caller = new CancellationTokenSource();
        using var invoker = new HttpMessageInvoker(fixture.Handler, disposeHandler: false);
        var blocker = fixture.Http.GetAsync("charges/1", blocked.Token);
        var queued = invoker.SendAsync(new(HttpMethod.Get, new Uri(Address, "charges/2")), caller.Token);

        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAsync<TaskCanceledException>(() => queued);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await blocked.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => blocker);
    }

    [Theory]
    [InlineData("concurrency")]
    [InlineData("rate")]
    public async Task A_hedge_that_never_left_the_queue_gives_back_what_it_took(string limit)
    {
        HedgingFixture? fixture = null;
        var sends = 0;
        using (fixture = new HedgingFixture(
            server => server
                .When(HttpMethod.Post, posts => posts.Hang())
                .Slow(TimeSpan.FromMilliseconds(300)),
            options =>
            {
                options.Retry.Budget.Capacity = 1;
                options.Retry.Budget.MinRetriesPerSecond = 0;
                options.RateLimit = new() { Enabled = true, QueueLimit = 5, QuotaKey = UseUpLimit };
                options.ConcurrencyLimit = new() { Enabled = limit == "concurrency", Limit = 2, QueueLimit = 5 };
                if (limit == "rate")
                {
                    options.RateLimit.Permits = 5;
                    options.RateLimit.Per = TimeSpan.FromMinutes(1);
                }
            }))
        {
            using var response = await fixture.GetAsync();

            Assert.True(SpinWait.SpinUntil(() => fixture.Suppressed.Length > 0, Patience));
            Assert.Equal(["limit"], fixture.Suppressed);
            Assert.Empty(fixture.Hedges);
            Assert.Single(fixture.Server.Requests, request => request.Method == HttpMethod.Get);
            Assert.Equal(10, fixture.State.Budget.Available);
            var call = CallContext.Rent(fixture.Service, fixture.Service.Options, new(), default);
            Assert.True(fixture.Service.ExtraSendBudget!.TryTake(call));
            call.Return();
        }

        // Between the decision for the hedge and its send.
        string? UseUpLimit(HttpRequestMessage request)
        {
            if (++sends == 2 && limit == "concurrency")
            {
                Assert.True(ServiceLimiters.GetOrCreate(fixture!.Service).GetOrAdd(Address).Permits.TryAcquire());
                _ = fixture.Http.PostAsync("charges", null); // Waits before the hedge, so it gets the permit of the first send.
            }
            else if (sends == 2)
            {
                var bucket = RateLimiter.GetOrCreate(fixture!.Service).Buckets.GetOrAdd(Address, HttpRateLimitScope.Service);
                while (bucket.Queue.TryTake(out _))
                {
                }
            }

            return null;
        }
    }

    [Fact]
    public async Task A_hedge_that_gets_the_permit_of_the_winner_is_either_sent_or_costs_nothing()
    {
        for (var round = 0; round < 50; round++)
        {
            HedgingFixture? fixture = null;
            var sends = 0;
            using (fixture = new HedgingFixture(
                server => server.Slow(TimeSpan.FromMilliseconds(300)).Hang(),
                options =>
                {
                    options.RateLimit = new() { Enabled = true, QuotaKey = UseUpLimit };
                    options.ConcurrencyLimit = new() { Enabled = true, Limit = 2, QueueLimit = 5 };
                }))
            {
                var permits = ServiceLimiters.GetOrCreate(fixture.Service).GetOrAdd(Address).Permits;

                using var response = await fixture.GetAsync();

                Assert.True(SpinWait.SpinUntil(() => fixture.Suppressed.Length + fixture.Hedges.Length > 0, Patience));
                Assert.True(SpinWait.SpinUntil(() => permits.InFlight == 1, Patience)); // The one that the test has taken.
                var wasSent = fixture.Hedges.Length == 1;
                Assert.Equal(wasSent ? [] : ["limit"], fixture.Suppressed);
                Assert.Equal(wasSent ? 9 : 10, fixture.State.Budget.Available);
                Assert.InRange(fixture.Server.Requests.Count, 1, wasSent ? 2 : 1);
            }

            // Between the decision for the hedge and its send.
            string? UseUpLimit(HttpRequestMessage request)
            {
                if (++sends == 2)
                {
                    Assert.True(ServiceLimiters.GetOrCreate(fixture!.Service).GetOrAdd(Address).Permits.TryAcquire());
                }

                return null;
            }
        }
    }

    [Fact]
    public async Task A_loser_in_the_queue_leaves_it_at_once()
    {
        using var fixture = new HedgingFixture(
            server => server
                .When(HttpMethod.Post, posts => posts.Hang(10))
                .Slow(TimeSpan.FromMilliseconds(300)),
            options =>
            {
                options.ConcurrencyLimit = new() { Enabled = true, Limit = 2, QueueLimit = 5 };
                options.Hedging.Delay = TimeSpan.FromMilliseconds(100);
            });
        var limiter = ServiceLimiters.GetOrCreate(fixture.Service).GetOrAdd(Address);
        var first = fixture.Http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead);
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.True(limiter.Permits.TryAcquire());
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(300));
        (await first).Dispose();
        limiter.Permits.Release();

        Assert.Equal((0, 0), (limiter.Permits.InFlight, limiter.Permits.Waiting));
        Assert.Equal(["limit"], fixture.Suppressed);
    }
}
