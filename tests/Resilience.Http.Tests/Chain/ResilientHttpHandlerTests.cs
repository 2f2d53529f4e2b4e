using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chain;

/// <summary>The chain without a container.</summary>
public sealed class ResilientHttpHandlerTests
{
    [Fact]
    public async Task ResilientHttpHandler_has_the_same_chain_on_the_given_clock()
    {
        var clock = new VirtualTimeProvider();
        var server = new ScriptedServer(script => script.Fail(2, 503).Then(200), clock);
        using var http = new HttpClient(ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions(), server, clock));

        using var response = await clock.RunAsync(() => http.GetAsync("https://payments.internal/"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public void A_synchronous_call_goes_through_the_whole_chain()
    {
        var clock = new VirtualTimeProvider();
        var server = new ScriptedServer(script => script.Fail(1, 503).Then(200), clock);
        using var http = new HttpClient(ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions(), server, clock));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");

        using var response = clock.Run(() => http.Send(request));

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, server.Requests.Count));
    }

    [Fact]
    public async Task The_circuits_of_a_ResilientHttpHandler_are_its_own()
    {
        var options = new ResilientHttpClientOptions { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } };
        using var one = ResilientHttpHandler.Create("payments", options, new ScriptedServer(script => script.Always(503)));
        using var other = ResilientHttpHandler.Create("payments", options, new ScriptedServer(script => script.Always(503)));
        using var http = new HttpClient(one);

        (await http.GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(CircuitState.Open, one.Circuits.Find("payments")!.State);
        Assert.Null(other.Circuits.Find("payments"));
        one.Circuits.Reset("payments");
        Assert.Equal(CircuitState.Closed, one.Circuits.Find("payments")!.State);
    }

    [Fact]
    public async Task A_disposed_ResilientHttpHandler_shows_neither_circuits_nor_a_budget()
    {
        await using var container = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = container.GetRequiredService<IMeterFactory>();
        using var metrics = new RecordedMetrics(meters);
        var options = new ResilientHttpClientOptions { BaseAddress = new Uri("https://payments.internal/") };
        var first = ResilientHttpHandler.Create("payments", options, new ScriptedServer(_ => { }), meterFactory: meters);
        first.Circuits.Isolate("payments", "moved");
        Assert.Contains(metrics.Observe("circuit_breaker.state"), IsIsolated);

        first.Dispose();

        Assert.Empty(metrics.Observe("circuit_breaker.state"));
        Assert.Empty(metrics.Observe("resilience.http.retry_budget.available"));
        using var second = ResilientHttpHandler.Create("payments", options, new ScriptedServer(_ => { }), meterFactory: meters);
        Assert.DoesNotContain(metrics.Observe("circuit_breaker.state"), IsIsolated);

        static bool IsIsolated(RecordedMetrics.Measured row) => (row.Value, row.Tags["resilience.circuit.state"]) is (1, "isolated");
    }

    [Fact]
    public void A_base_address_lists_its_circuit_before_the_first_call()
    {
        using var handler = ResilientHttpHandler.Create(
            "payments",
            new ResilientHttpClientOptions { BaseAddress = new Uri("https://payments.internal/") },
            new ScriptedServer(_ => { }));

        Assert.Equal("https://payments.internal", Assert.Single(handler.Circuits.GetAll()).Authority);
    }

    [Fact]
    public async Task Later_changes_to_the_options_have_no_effect()
    {
        var options = new ResilientHttpClientOptions { Retry = { MaxRetries = 1, BaseDelay = TimeSpan.Zero } };
        var server = new ScriptedServer(script => script.Always(503));
        using var http = new HttpClient(ResilientHttpHandler.Create("payments", options, server));

        options.Retry.MaxRetries = 3;
        options.Retry = new HttpRetryOptions { Enabled = false };
        (await http.GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void Wrong_options_are_refused_with_all_mistakes_at_once()
    {
        var options = new ResilientHttpClientOptions
        {
            TotalTimeout = TimeSpan.FromSeconds(1),
            AttemptTimeout = TimeSpan.FromSeconds(2),
            Retry = { MaxRetries = -1, Budget = null! },
            Tracing = null!,
        };

        var wrong = Assert.Throws<OptionsValidationException>(() => ResilientHttpHandler.Create("payments", options));

        Assert.Equal(
            [
                "payments: Tracing = null, set in code, must not be null; change the properties of the existing object",
                "payments: Retry.MaxRetries = -1, set in code, is out of range; allowed: 0 to 100",
                "payments: Retry.Budget = null, set in code, must not be null; change the properties of the existing object",
                "payments: AttemptTimeout = 2s, set in code, is longer than payments: TotalTimeout = 1s, set in code",
            ],
            wrong.Failures);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Throws<ArgumentException>("serviceName", () => ResilientHttpHandler.Create(" ", new ResilientHttpClientOptions()));
        Assert.Throws<ArgumentException>("serviceName", () => ResilientHttpHandler.Create("a:b", new ResilientHttpClientOptions()));
        Assert.Throws<ArgumentNullException>("options", () => ResilientHttpHandler.Create("payments", null!));
    }

    [Fact]
    public void Without_an_inner_handler_connections_are_replaced_every_two_minutes()
    {
        using var handler = ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions());

        HttpMessageHandler? inner = handler;
        while (inner is DelegatingHandler outer)
        {
            inner = outer.InnerHandler;
        }

        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<SocketsHttpHandler>(inner).PooledConnectionLifetime);
    }

    [Fact]
    public async Task ResilientHttpHandler_uses_the_given_meters_and_disposes_the_inner_handler()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        using var metrics = new RecordedMetrics(meters);
        var inner = new Disposed();
        using (var http = new HttpClient(
            ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions(), inner, meterFactory: meters)))
        {
            (await http.GetAsync("https://payments.internal/")).Dispose();
        }

        Assert.Single(metrics.Of("resilience.http.call.duration"));
        Assert.True(inner.IsDisposed);
    }

    /// <summary>Tells that it was disposed, which a ScriptedServer does not: it outlives its clients.</summary>
    private sealed class Disposed : HttpMessageHandler
    {
        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
