using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>A breaker that only watches: for trying settings out in production.</summary>
public sealed class ObserveTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task An_observing_circuit_refuses_nothing_and_changes_its_states_as_if_it_did()
    {
        using var server = new ScriptedServer(script => script.Fail(7, 503).Always(200), _clock);
        using var client = Client(server);

        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.Http.GetAsync("/")).StatusCode);
        }

        Assert.Equal(CircuitState.Open, State(client));
        _clock.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(CircuitState.HalfOpen, State(client));
            Assert.Equal(HttpStatusCode.OK, (await client.Http.GetAsync("/")).StatusCode);
        }

        Assert.Equal(CircuitState.Closed, State(client));
        Assert.Equal(9, server.Requests.Count);
    }

    [Fact]
    public async Task What_an_open_circuit_would_not_have_sent_changes_nothing()
    {
        using var server = new ScriptedServer(script => script.Fail(5, 503).Always(200), _clock);
        using var client = Client(server);

        for (var i = 0; i < 20; i++)
        {
            await client.Http.GetAsync("/");
        }

        Assert.Equal(CircuitState.Open, State(client));
    }

    [Fact]
    public async Task Retries_continue_although_the_circuit_opened()
    {
        using var server = new ScriptedServer(script => script.Fail(2, 503).Always(200), _clock);
        using var client = new ChainClient(
            server,
            options => (options.CircuitBreaker.Mode, options.CircuitBreaker.FailureThreshold) = (HttpCircuitBreakerMode.Observe, 1),
            _clock);

        var response = await _clock.RunAsync(() => client.Http.GetAsync("/"));

        Assert.Equal((HttpStatusCode.OK, 3), (response.StatusCode, server.Requests.Count));
        Assert.Equal(CircuitState.Open, State(client));
    }

    [Fact]
    public async Task An_isolation_of_an_observing_circuit_is_only_reported()
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var client = Client(server);
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance");

        Assert.Equal(HttpStatusCode.OK, (await client.Http.GetAsync("/")).StatusCode);
        Assert.Equal(CircuitState.Isolated, State(client));
    }

    [Fact]
    public async Task A_snapshot_says_that_its_circuit_only_observes()
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var client = Client(server);
        var registry = CircuitRegistry.GetOrCreate(client.Service.Host);
        registry.Isolate("payments", "maintenance");
        var beforeFirstCall = registry.Find("payments")!;

        await client.Http.GetAsync("/");

        Assert.Equal(("*", HttpCircuitBreakerMode.Observe), (beforeFirstCall.Authority, beforeFirstCall.Mode));
        Assert.Equal(HttpCircuitBreakerMode.Observe, registry.Find("payments")!.Mode);
    }

    [Fact]
    public void A_snapshot_has_the_mode_of_the_options_in_force()
    {
        var lab = new CircuitFixture().Open();
        Assert.Equal(HttpCircuitBreakerMode.Enforce, lab.Circuit.Snapshot().Mode);

        lab.Reload(static options => options.Mode = HttpCircuitBreakerMode.Observe);

        Assert.Equal((CircuitState.Open, HttpCircuitBreakerMode.Observe), (lab.State, lab.Circuit.Snapshot().Mode));
    }

    private static CircuitState State(ChainClient client) => CircuitRegistry.GetOrCreate(client.Service.Host).Find("payments")!.State;

    private ChainClient Client(ScriptedServer server) => new(
        server,
        options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.Mode = HttpCircuitBreakerMode.Observe;
        },
        _clock,
        chance: () => 0);
}
