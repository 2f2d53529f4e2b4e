using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class CircuitAssertionTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task The_state_of_the_circuit_is_read_from_the_container()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        services.AddResilientHttpClient("other", o => o.BaseAddress = new Uri("https://other.internal/"));
        services.AddResilientHttpClient("payments", o =>
        {
            o.BaseAddress = new Uri("https://payments.internal/");
            o.Retry.Enabled = false;
            o.CircuitBreaker.FailureThreshold = 2;
        });
        var server = services.UseScriptedServer("payments", s => s.Always(503));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        using var first = await _clock.RunAsync(() => client.GetAsync("orders"));
        server.ShouldHaveCircuit(CircuitState.Closed).ShouldHaveCircuit(CircuitState.Closed, "https://payments.internal")
            .ShouldHaveCircuit(CircuitState.Closed, "https://Payments.internal.:443/");
        using var second = await _clock.RunAsync(() => client.GetAsync("orders"));
        server.ShouldHaveCircuit(CircuitState.Open);
        await Assert.ThrowsAsync<CircuitOpenException>(() => _clock.RunAsync(() => client.GetAsync("orders")));

        Assert.Equal([CircuitState.Closed, CircuitState.Open, CircuitState.Open], server.Calls.Select(call => call.Circuit?.State));
        server.LastCall.ShouldEndWith<CircuitOpenException>().ShouldHaveAttempts(0).ShouldHaveTaken(TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromMinutes(1));
        server.ShouldHaveCircuit(CircuitState.HalfOpen);

        var error = Assert.Throws<ResilienceAssertionException>(() => server.ShouldHaveCircuit(CircuitState.Closed));
        Assert.StartsWith(
            "The client of payments should have one circuit in state closed. Actual: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("  circuit payments (https://payments.internal) half_open since ", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "  circuit payments (https://payments.internal) open since 12:00:00: 2 consecutive failures, last 503",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "  circuit payments (https://payments.internal) closed since 12:00:00, 1 failure(s) in a row",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("  no attempt reached the server", error.Message, StringComparison.Ordinal);
        Assert.Throws<ResilienceAssertionException>(() => server.ShouldHaveCircuit(CircuitState.HalfOpen, "https://elsewhere.internal"));
    }

    [Fact]
    public async Task Without_a_container_the_state_of_the_circuit_is_read_from_the_handler()
    {
        using var server = new ScriptedServer(s => s.Always(500), _clock);
        using var handler = ResilientHttpHandler.Create(
            "payments", new() { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } }, server, _clock);
        using var client = new HttpClient(server.RecordCalls(handler));

        using var response = await client.GetAsync("https://payments.internal/");

        server.ShouldHaveCircuit(CircuitState.Open);
        Assert.Equal(HttpStatusCode.InternalServerError, server.LastCall.ShouldHaveAttempts(1).Status);
    }

    [Fact]
    public async Task The_chain_may_be_placed_inside_a_custom_handler_that_finds_the_address()
    {
        using var server = new ScriptedServer(s => s.Always(500), _clock);
        using var chain = ResilientHttpHandler.Create(
            "payments", new() { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } }, server, _clock);
        using var client = new HttpClient(server.RecordCalls(new Discovery { InnerHandler = chain }));

        using var failed = await client.GetAsync("http://payments/");

        server.ShouldHaveCircuit(CircuitState.Open, "https://10.0.0.7");
        Assert.Equal(("https://10.0.0.7", CircuitState.Open), (server.LastCall.Circuit!.Authority, server.LastCall.Circuit.State));
        Assert.Contains("  circuit payments (https://10.0.0.7) open since ", server.LastCall.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "https://10.0.0.7")]
    [InlineData(false, "http://payments")]
    public async Task The_circuit_of_a_call_is_the_one_it_used_whichever_handler_finds_its_address(bool outside, string authority)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        var client = services.AddHttpClient("payments");
        _ = outside
            ? client.AddHttpMessageHandler(static () => new Discovery()).AddResilience()
            : client.AddResilience().AddHttpMessageHandler(static () => new Discovery());
        client.ConfigureResilience(static (o, _) =>
        {
            o.BaseAddress = new Uri("http://payments/");
            o.Retry.Enabled = false;
            o.CircuitBreaker.FailureThreshold = 1;
        });
        var server = services.UseScriptedServer("payments", s => s.Always(503));
        await using var provider = services.BuildServiceProvider();
        using var payments = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        using var failed = await _clock.RunAsync(() => payments.GetAsync("orders"));
        await Assert.ThrowsAsync<CircuitOpenException>(() => _clock.RunAsync(() => payments.GetAsync("orders")));

        Assert.Equal(
            [(authority, CircuitState.Open), (authority, CircuitState.Open)],
            server.Calls.Select(call => (call.Circuit!.Authority, call.Circuit.State)));
    }

    [Fact]
    public async Task One_of_several_circuits_has_to_be_named()
    {
        using var server = new ScriptedServer(s => s.Always(200), _clock);
        using var handler = ResilientHttpHandler.Create("payments", new(), server, _clock);
        using var client = new HttpClient(server.RecordCalls(handler));
        await client.GetAsync("https://one.internal/");
        await client.GetAsync("https://two.internal/");

        Assert.Throws<ResilienceAssertionException>(() => server.ShouldHaveCircuit(CircuitState.Closed));
        server.ShouldHaveCircuit(CircuitState.Closed, "https://two.internal");
    }

    [Fact]
    public void A_client_without_circuits_is_described_as_such()
    {
        using var server = new ScriptedServer(s => s.Always(200), _clock);
        var error = Assert.Throws<ResilienceAssertionException>(() => server.ShouldHaveCircuit(CircuitState.Closed));
        Assert.Equal("The client of the server should have one circuit in state closed. Actual: none", error.Message);
    }

    /// <summary>Sends to the address of an instance, and gives the request back as it came, as service discovery does.</summary>
    private sealed class Discovery : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var logical = request.RequestUri!;
            request.RequestUri = new Uri(new Uri("https://10.0.0.7/"), logical.PathAndQuery);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = logical;
            }
        }
    }
}
