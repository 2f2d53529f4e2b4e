using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.Tests.Retry;

/// <summary>Retry and circuit breaker together, as they stand in the chain.</summary>
public sealed class RealCircuitTests
{
    [Fact]
    public async Task A_circuit_that_opens_on_this_attempt_returns_its_outcome_to_the_caller()
    {
        using var world = new RetryFixture(script => script.Always(503), options => Breaker(options, threshold: 2));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal([0, 200], world.AttemptsAt);
        Assert.Equal(["circuit_open"], world.Suppressed());
        Assert.Equal("circuit_open", Assert.Single(world.Log.Of("CallFailed")).Fields["StopReason"]);
    }

    [Fact]
    public async Task If_others_open_the_circuit_during_the_attempt_the_caller_gets_its_outcome_too()
    {
        const int OthersThatFail = 4; // As many as weigh more than the attempt in flight.
        using var world = new RetryFixture(
            script => script.Slow(TimeSpan.FromSeconds(1), HttpStatusCode.ServiceUnavailable).Always(503),
            options => Breaker(options, threshold: OthersThatFail));

        using var response = await world.Clock.RunAsync(async () =>
        {
            var slow = world.Http.GetAsync("slow");
            for (var i = 0; i < OthersThatFail; i++)
            {
                using var failed = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "other").NoRetry());
            }

            return await slow;
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("circuit_open", world.Suppressed()[^1]);
        Assert.Equal((1 + OthersThatFail, TimeSpan.FromSeconds(1)), (world.Server.Requests.Count, world.Clock.Elapsed));
    }

    [Fact]
    public async Task A_circuit_that_opens_during_the_wait_refuses_with_the_last_failure_inside()
    {
        using var world = new RetryFixture(script => script.Always(503), options => Breaker(options, threshold: 2));

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => world.Clock.RunAsync(async () =>
        {
            var waiting = world.Http.GetAsync("one");
            using var opening = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "two").NoRetry());
            return await waiting;
        }));

        Assert.Contains("503 ServiceUnavailable", refusal.LastFailure, StringComparison.Ordinal);
        Assert.Equal(2, world.Server.Requests.Count);
        var line = Assert.Single(world.Log.Of("CallFailed"), line => Equals(line.Fields["StopReason"], "circuit_open"));
        Assert.Equal((2, "503 ServiceUnavailable, refused by the circuit"), (line.Fields["Attempts"], line.Fields["Reasons"]));
    }

    [Fact]
    public async Task An_immediate_refusal_is_neither_waited_on_nor_logged_by_the_retry()
    {
        using var world = new RetryFixture(script => script.Always(503), options => Breaker(options, threshold: 1));
        using var opening = await world.GetAsync();
        var (told, elapsed) = (world.Log.Of("CallFailed").Length, world.Clock.Elapsed);

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<CircuitOpenException>(() => world.GetAsync());
        }

        Assert.Single(world.Server.Requests);
        Assert.Equal(elapsed, world.Clock.Elapsed);
        Assert.Equal(told, world.Log.Of("CallFailed").Length);
        Assert.Equal(["circuit_open"], world.Suppressed());
    }

    [Fact]
    public async Task A_refusal_as_a_response_is_not_repeated()
    {
        using var world = new RetryFixture(script => script.Always(503), options =>
        {
            Breaker(options, threshold: 1);
            options.CircuitBreaker.Rejection = HttpRejection.Respond;
        });
        using var opening = await world.GetAsync();

        using var refusal = await world.GetAsync();

        Assert.True(refusal.Headers.Contains("Resilience-Rejected"));
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_circuit_that_only_observes_changes_nothing()
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200), options =>
        {
            Breaker(options, threshold: 1);
            options.CircuitBreaker.Mode = HttpCircuitBreakerMode.Observe;
        });

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("PUT", false, 8)]
    [InlineData("PUT", true, 8)]
    [InlineData("PUT", false, 100_000)]
    [InlineData("POST", false, 8)]
    [InlineData("POST", true, 8)]
    public async Task Uploads_that_the_callers_own_stream_aborts_do_not_count_against_the_service(
        string method, bool synchronous, int failAt)
    {
        // What the body of an incoming request throws where the browser has gone.
        var gone = new IOException("The client has disconnected", new SocketException((int)SocketError.ConnectionReset));
        using var world = new RetryFixture(script => script.Always(200), options => Breaker(options, threshold: 1));
        HttpRequestMessage Upload() => new(new(method), "")
        {
            Content = new StreamContent(new OneShotStream(new byte[failAt + 1], chunk: 4096, failAt: failAt, fault: gone))
        };

        var thrown = synchronous
            ? Assert.Throws<HttpRequestException>(() => world.Send(Upload()))
            : await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(Upload()));
        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(Upload().NoRetry()));
        using var response = await world.GetAsync();

        Assert.Same(gone, thrown.InnerException);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(world.Suppressed());
    }

    [Fact]
    public async Task A_connection_cut_while_a_one_time_body_is_sent_counts_against_the_service()
    {
        using var world = new RetryFixture(script => script.Reset().Always(200), options => Breaker(options, threshold: 1));

        await Assert.ThrowsAsync<HttpRequestException>(
            () => world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(new byte[8])) }));

        await Assert.ThrowsAsync<CircuitOpenException>(() => world.GetAsync());
    }

    [Theory]
    [InlineData(503, 100)]
    [InlineData(500, 5)]
    public async Task Only_a_429_or_503_sets_the_length_of_a_break(int status, int seconds)
    {
        using var world = new RetryFixture(
            script => script.Fail(1, status, TimeSpan.FromSeconds(100)).Always(200), options => Breaker(options, threshold: 1))
        {
            Chance = 0,
        };
        using var opening = await world.GetAsync();

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => world.GetAsync());

        Assert.Equal(TimeSpan.FromSeconds(seconds), refusal.RetryAfter);
    }

    [Fact]
    public async Task A_retry_that_the_circuit_refused_gives_back_what_it_took()
    {
        using var world = new RetryFixture(script => script.Always(503), options =>
        {
            Breaker(options, threshold: 2);
            options.Retry.Budget.MinRetriesPerSecond = 0;
        });

        await Assert.ThrowsAsync<CircuitOpenException>(() => world.Clock.RunAsync(async () =>
        {
            var waiting = world.Http.GetAsync("one");
            using var opening = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "two").NoRetry());
            return await waiting;
        }));

        Assert.Equal(10, world.Budget);
    }

    private static void Breaker(ResilientHttpClientOptions options, int threshold)
    {
        options.CircuitBreaker.Enabled = true;
        options.CircuitBreaker.FailureThreshold = threshold;
        options.CircuitBreaker.FailureRatio = 0;
    }
}
