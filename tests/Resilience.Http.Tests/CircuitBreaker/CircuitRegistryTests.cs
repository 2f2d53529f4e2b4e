using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Listing and steering by name.</summary>
public sealed class CircuitRegistryTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ResilienceRuntime _host;

    public CircuitRegistryTests() => _host = new(_clock, static () => 0);

    private CircuitRegistry Registry => CircuitRegistry.GetOrCreate(_host);

    [Fact]
    public async Task A_client_is_known_before_the_host_starts_and_its_isolation_holds()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilientHttpClient("payments", options => options.BaseAddress = new Uri("https://payments.internal/"));
        using var host = builder.Build();
        var circuits = host.Services.GetRequiredService<ICircuitRegistry>();

        circuits.Isolate("payments", "failover");
        await host.StartAsync(CancellationToken.None);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        Assert.Equal(CircuitState.Isolated, circuits.Find("payments")!.State);
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync("balance"));
    }

    [Fact]
    public void The_figures_of_an_open_circuit_match_its_reason()
    {
        var lab = new CircuitFixture().Open();

        var snapshot = lab.Circuit.Snapshot();

        Assert.Equal("5 consecutive failures, last 503 ServiceUnavailable", snapshot.Reason);
        Assert.Equal((5, 5L, 1.0), (snapshot.ConsecutiveFailures, snapshot.Throughput, snapshot.FailureRatio));
    }

    [Fact]
    public void A_client_is_listed_from_start_with_a_base_address_or_else_from_its_first_call()
    {
        Service("orders", "https://orders.internal/v1/");
        var stock = Service("stock");
        Assert.Equal(["orders https://orders.internal closed"], Listed());

        Fail(stock, "https://stock.internal/");

        Assert.Equal(["orders https://orders.internal closed", "stock https://stock.internal closed"], Listed());
    }

    [Fact]
    public void Circuits_are_listed_by_service_and_authority()
    {
        var a = Service("a");
        Fail(Service("b"), "https://1.internal/");
        Fail(a, "https://2.internal/");
        Fail(a, "https://1.internal/");

        Assert.Equal(["a https://1.internal closed", "a https://2.internal closed", "b https://1.internal closed"], Listed());
    }

    [Fact]
    public void Find_returns_the_circuit_of_an_authority_however_it_is_spelled()
    {
        Service("orders", "https://orders.internal/");

        Assert.Equal("https://orders.internal", Registry.Find("orders", "https://ORDERS.internal:443/x")?.Authority);
        Assert.Null(Registry.Find("orders", "https://elsewhere.internal"));
        Assert.Null(Registry.Find("orders", "not an authority"));
        Assert.Null(Registry.Find("Orders"));
    }

    [Fact]
    public void Find_without_an_authority_returns_the_worst_circuit()
    {
        var orders = Service("orders");
        Assert.Null(Registry.Find("orders"));
        Fail(orders, "https://closed.internal/");
        Assert.Equal(CircuitState.Closed, Registry.Find("orders")?.State);

        Fail(orders, "https://half-open.internal/", times: 5);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(CircuitState.HalfOpen, Registry.Find("orders")?.State);
        Fail(orders, "https://open.internal/", times: 5);
        Assert.Equal(CircuitState.Open, Registry.Find("orders")?.State);
        Registry.Isolate("orders", "maintenance", authority: "https://isolated.internal");
        Assert.Equal(CircuitState.Isolated, Registry.Find("orders")?.State);
    }

    [Fact]
    public void An_isolation_listed_under_an_asterisk_is_found_and_reset_by_it()
    {
        Service("orders");
        Registry.Isolate("orders", "maintenance");
        var listed = Assert.Single(Registry.GetAll());
        Assert.Equal(("*", CircuitState.Isolated), (listed.Authority, Registry.Find("orders", "*")?.State));

        Registry.Reset(listed.ServiceName, listed.Authority);

        Assert.Empty(Registry.GetAll());
    }

    [Fact]
    public void An_asterisk_as_authority_isolates_all_circuits()
    {
        var orders = Service("orders");

        Registry.Isolate("orders", "maintenance", authority: "*");

        Assert.False(ServiceCircuits.GetOrCreate(orders).TryAcquire(
            new("https://orders.internal/"), HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out _, out _));
    }

    [Fact]
    public void With_one_circuit_for_all_a_single_authority_is_neither_isolated_found_nor_reset()
    {
        var options = new ResilientHttpClientOptions { CircuitBreaker = { Scope = HttpCircuitBreakerScope.Service } };
        ServiceCircuits.Register(new ServiceState("orders", _host, options));

        var thrown = Assert.Throws<ArgumentException>(
            () => Registry.Isolate("orders", "maintenance", authority: "https://orders.internal"));

        Assert.StartsWith(
            "orders has one circuit for all authorities (CircuitBreaker:Scope is Service), so https://orders.internal cannot be isolated " +
            "alone. Leave the authority out.",
            thrown.Message);
        Assert.Null(Registry.Find("orders", "https://orders.internal"));
        Assert.Throws<ArgumentException>(() => Registry.Reset("orders", "https://orders.internal"));
    }

    [Fact]
    public void After_the_isolation_of_a_service_resetting_an_unknown_authority_is_a_mistake()
    {
        Service("orders");
        Registry.Isolate("orders", "maintenance", TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Throws<ArgumentException>(() => Registry.Reset("orders", "https://typo.internal"));
    }

    [Fact]
    public void Isolating_a_service_isolates_all_its_circuits_and_those_made_later()
    {
        var orders = Service("orders", "https://one.internal/");
        Fail(Service("stock"), "https://one.internal/");

        Registry.Isolate("orders", "maintenance");
        Assert.False(TryAcquire(orders, "https://two.internal/", out _));

        Assert.Equal(
            ["orders https://one.internal isolated", "orders https://two.internal isolated", "stock https://one.internal closed"],
            Listed());
        Registry.Reset("orders");
        Assert.True(TryAcquire(orders, "https://two.internal/", out _));
        Assert.True(TryAcquire(orders, "https://three.internal/", out _));
    }

    [Fact]
    public void A_circuit_first_used_during_an_isolation_is_isolated_since_the_isolation_began()
    {
        var orders = Service("orders");
        var began = _clock.GetUtcNow();
        Registry.Isolate("orders", "maintenance");

        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.False(TryAcquire(orders, "https://one.internal/", out var refusal));

        Assert.Equal(began, refusal!.Since);
        Assert.Equal(began, Registry.Find("orders")!.Since);
    }

    [Fact]
    public void The_client_without_a_name_has_one_in_messages()
    {
        Service("");
        Service("orders");

        Assert.Contains(
            "Known clients: the default client, orders.",
            Assert.Throws<ArgumentException>(() => Registry.Isolate("payments", "maintenance")).Message);
        Assert.StartsWith(
            "the default client has no circuit",
            Assert.Throws<ArgumentException>(() => Registry.Reset("", "https://one.internal")).Message);
    }

    [Fact]
    public void Isolating_one_authority_leaves_the_others_alone()
    {
        var orders = Service("orders", "https://one.internal/");

        Registry.Isolate("orders", "maintenance", authority: "https://two.internal");

        Assert.True(TryAcquire(orders, "https://one.internal/", out _));
        Assert.False(TryAcquire(orders, "https://two.internal/", out _));
    }

    [Fact]
    public void An_isolation_with_an_end_does_not_reach_what_is_made_after_it()
    {
        var orders = Service("orders");
        Registry.Isolate("orders", "maintenance", TimeSpan.FromMinutes(5));

        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(TryAcquire(orders, "https://one.internal/", out var refusal));
        Assert.Equal(TimeSpan.FromMinutes(1), refusal.RetryAfter);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(TryAcquire(orders, "https://two.internal/", out _));
        Assert.Equal(["orders https://one.internal half_open", "orders https://two.internal closed"], Listed());
    }

    [Fact]
    public void A_service_isolated_before_its_first_call_is_shown_as_isolated()
    {
        Service("orders");

        Registry.Isolate("orders", "maintenance", TimeSpan.FromMinutes(5));

        var circuit = Assert.Single(Registry.GetAll());
        Assert.Equal(
            ("*", CircuitState.Isolated, "maintenance", TimeSpan.FromMinutes(5)),
            (circuit.Authority, circuit.State, circuit.Reason, circuit.RetryAfter));
        Assert.Equal(circuit, Registry.Find("orders"));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Registry.GetAll());
    }

    [Fact]
    public void One_authority_of_an_isolated_service_can_be_reset_before_its_first_call()
    {
        var orders = Service("orders");
        Registry.Isolate("orders", "maintenance");

        Registry.Reset("orders", "https://one.internal");

        Assert.True(TryAcquire(orders, "https://one.internal/", out _));
        Assert.False(TryAcquire(orders, "https://two.internal/", out _));
    }

    [Fact]
    public void An_unknown_name_is_reported_with_the_known_ones()
    {
        Service("stock");
        Service("orders");

        Assert.StartsWith(
            "There is no resilient client 'order'. Known clients: orders, stock.",
            Assert.Throws<ArgumentException>(() => Registry.Isolate("order", "x")).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "There is no resilient client 'order'. Known clients: orders, stock.",
            Assert.Throws<ArgumentException>(() => Registry.Reset("order")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Resetting_an_unknown_authority_is_reported_with_the_known_ones()
    {
        Service("orders", "https://orders.internal/");

        Assert.StartsWith(
            "orders has no circuit for https://order.internal. Known circuits: https://orders.internal.",
            Assert.Throws<ArgumentException>(() => Registry.Reset("orders", "https://order.internal")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_isolation_needs_a_reason(string reason)
    {
        Service("orders");

        Assert.Throws<ArgumentException>(() => Registry.Isolate("orders", reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_isolation_needs_a_positive_duration(int seconds)
    {
        Service("orders");

        Assert.Throws<ArgumentOutOfRangeException>(() => Registry.Isolate("orders", "x", TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void An_authority_without_a_scheme_is_refused_with_an_example()
    {
        Service("orders");

        Assert.StartsWith(
            "'orders.internal' is not an authority. Write scheme, host and port: https://payments.internal:8443.",
            Assert.Throws<ArgumentException>(() => Registry.Isolate("orders", "x", authority: "orders.internal")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_disabled_circuit_breaker_lists_no_circuit_and_cannot_be_isolated()
    {
        var orders = Service("orders", "https://orders.internal/");

        orders.Use(new() { CircuitBreaker = { Enabled = false } });
        Assert.Empty(Registry.GetAll());
        Assert.Null(Registry.Find("orders"));
        Assert.Null(Registry.Find("orders", "https://orders.internal"));
        Assert.Throws<InvalidOperationException>(() => Registry.Isolate("orders", "x"));

        orders.Use(new() { Enabled = false });
        Assert.Empty(Registry.GetAll());
    }

    private ServiceState Service(string name, string? baseAddress = null)
    {
        var service = new ServiceState(name, _host, new());
        var circuits = ServiceCircuits.GetOrCreate(service);
        if (baseAddress is not null)
        {
            circuits.EnsureCreated(new(baseAddress));
        }

        return service;
    }

    private string[] Listed() =>
        [.. Registry.GetAll().Select(circuit => $"{circuit.ServiceName} {circuit.Authority} {circuit.State.Text()}")];

    private bool TryAcquire(ServiceState service, string uri, [NotNullWhen(false)] out CircuitRefusal? refusal)
    {
        var granted = ServiceCircuits.GetOrCreate(service).TryAcquire(
            new(uri), HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out var permit, out refusal);
        if (granted)
        {
            permit.Circuit.Ignore(permit);
        }

        return granted;
    }

    private void Fail(ServiceState service, string uri, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(ServiceCircuits.GetOrCreate(service).TryAcquire(
                new(uri), HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _));
            permit.Circuit.Fail(permit, _clock.GetTimestamp(), CircuitFixture.Failure);
        }
    }
}
