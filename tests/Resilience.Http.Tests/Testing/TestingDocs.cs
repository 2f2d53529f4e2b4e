using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>The snippets of docs/testing.md, compiled and tried.</summary>
public sealed class TestingDocs
{
    [Fact]
    public async Task Three_failures_are_retried()
    {
        #region first-test
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddResilientHttpClient<PaymentsClient>("payments", o => o.Retry.Jitter = HttpRetryJitter.None);
        var server = services.UseScriptedServer("payments", s => s
            .Fail(2, HttpStatusCode.ServiceUnavailable)
            .Then(200, """{ "state": "paid" }"""));
        await using var provider = services.BuildServiceProvider();
        var payments = provider.GetRequiredService<PaymentsClient>();

        var state = await clock.RunAsync(() => payments.GetStateAsync(17));

        server.LastCall
            .ShouldEndWith(HttpStatusCode.OK)
            .ShouldHaveAttempts(3)
            .ShouldHaveDelays(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400))
            .ShouldHaveTaken(TimeSpan.FromMilliseconds(600));
        server.ShouldHaveCircuit(CircuitState.Closed);
        #endregion

        Assert.Contains("paid", state, StringComparison.Ordinal);
    }

    [Fact]
    public void A_synchronous_call_is_driven_on_a_thread_of_its_own()
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(s => s.Fail(1, 503).Then(200), clock);

        #region without-a-container
        using var handler = ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions(), server, clock);
        using var client = new HttpClient(server.RecordCalls(handler)) { Timeout = Timeout.InfiniteTimeSpan };

        using var response = clock.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/")));
        #endregion

        server.LastCall.ShouldEndWith(HttpStatusCode.OK).ShouldHaveAttempts(2);
    }

    [Fact]
    public async Task The_server_does_what_the_script_says()
    {
        var clock = new VirtualTimeProvider();

        #region script
        using var server = new ScriptedServer(
            s => s
                .When("/health", health => health.Always(204))
                .When(HttpMethod.Post, posts => posts.Then(201).Reset().Always())
                .Fail(3, HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(2))
                .Refuse()                                             // connection refused
                .Reset()                                              // the request was sent, the connection cut
                .Hang()                                               // until it is canceled
                .Slow(TimeSpan.FromSeconds(3))                        // 200, by the virtual clock
                .StallBody(after: 100)                                // 200, 100 bytes, then silence
                .Quota(remaining: 0, TimeSpan.FromSeconds(30))        // 200 with a RateLimit field: nothing left for 30 s
                .Then(request => new HttpResponseMessage(HttpStatusCode.OK) { Content = request.Content })
                .Always(200, "[]"),
            clock);
        #endregion

        using var client = new HttpClient(server) { BaseAddress = new Uri("https://payments.internal/") };
        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync("health")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsync("orders", null)).StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("orders", null));
        Assert.Equal(2, (await client.GetAsync("orders")).Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task The_clock_is_moved_by_hand()
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(s => s.Fail(1, 500).Always(200), clock);
        using var handler = ResilientHttpHandler.Create(
            "payments", new() { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } }, server, clock);
        using var client = new HttpClient(server.RecordCalls(handler)) { BaseAddress = new Uri("https://payments.internal/") };
        using var first = await clock.RunAsync(() => client.GetAsync("orders"));

        #region by-hand
        server.ShouldHaveCircuit(CircuitState.Open);
        clock.JumpWallClock(TimeSpan.FromHours(-1));    // an operator changes the system time: the circuit stays open
        server.ShouldHaveCircuit(CircuitState.Open);
        clock.Advance(TimeSpan.FromSeconds(6));         // it stays open for 5 s, and up to 10 % longer at random
        server.ShouldHaveCircuit(CircuitState.HalfOpen);
        #endregion
    }

    [Fact]
    public async Task Seeded_chance_is_repeatable()
    {
        Assert.Equal(await DelaysAsync(), await DelaysAsync());

        static async Task<IReadOnlyList<TimeSpan>> DelaysAsync()
        {
            var clock = new VirtualTimeProvider();
            var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
            services.AddResilientHttpClient("payments");
            var server = services.UseScriptedServer("payments", s => s.Fail(1, 503).Then(200));

            #region seed
            services.UseSeededChance(seed: 42);
            #endregion

            await using var provider = services.BuildServiceProvider();
            var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
            using var response = await clock.RunAsync(() => client.GetAsync("https://payments.internal/"));

            #region jitter
            server.LastCall.ShouldHaveDelaysBetween((TimeSpan.Zero, TimeSpan.FromMilliseconds(200)));
            #endregion

            return server.LastCall.Delays;
        }
    }

    [Fact]
    public void Settings_are_checked_without_the_app()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{nameof(TestingDocs)}.{Guid.NewGuid():N}.json");
        File.WriteAllText(file, """{ "ResilientHttpClients": { "Clients": { "payments": { "TotalTimeout": "10s" } } } }""");
        try
        {
            #region settings
            new ConfigurationBuilder().AddJsonFile(file).Build().ShouldBeValidForResilientClients();
            #endregion
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_client_is_described_as_text()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        using var provider = services.BuildServiceProvider();

        #region approval
        var text = provider.DescribeHttpClient("payments");
        #endregion

        Assert.Contains(
            "    RetryHandler\n    HedgingHandler\n    EndpointHandler\n    RateLimitHandler\n    ConcurrencyLimitHandler\n" +
            "    CircuitBreakerHandler\n",
            text,
            StringComparison.Ordinal);
    }

    private sealed class PaymentsClient(HttpClient http)
    {
        public Task<string> GetStateAsync(int id) => http.GetStringAsync($"https://payments.internal/orders/{id}/state");
    }
}
