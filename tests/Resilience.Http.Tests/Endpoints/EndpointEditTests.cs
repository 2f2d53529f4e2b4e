using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.RateLimiting;
using Resilience.Http.RateLimiting.Pacing;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>Edits of the list in a running app.</summary>
public sealed class EndpointEditTests
{
    [Fact]
    public void Each_endpoint_has_its_circuit_from_the_start_and_the_base_address_none()
    {
        using var client = new EndpointFixture(s => s.Always(200));

        Assert.Equal([A, B], Authorities(client));
    }

    [Fact]
    public async Task A_removed_endpoint_disappears_with_its_circuit_and_gauges()
    {
        using var client = new EndpointFixture(s => s.Always(200), addresses: [A, B, C]);
        await client.GetManyAsync(10);

        Use(client, A, B);

        Assert.Equal([A, B], Authorities(client));
        Assert.DoesNotContain(client.Metrics.Observe("circuit_breaker.state"), static one => one.Tags["resilience.authority"]!.Equals(C));
        Assert.DoesNotContain('c', await client.GetManyAsync(20));
    }

    [Fact]
    public async Task A_removed_endpoint_disappears_with_its_concurrency_limit()
    {
        using var client = new EndpointFixture(s => s.Always(200), o => o.ConcurrencyLimit.Enabled = true, [A, B, C]);
        await client.GetManyAsync(10);
        Assert.Contains(C, Limited());

        Use(client, A, B);

        Assert.Equal([A, B], Limited());
        await client.GetManyAsync(10);
        Assert.Equal([A, B], Limited());

        IEnumerable<string> Limited() => ServiceLimiters.GetOrCreate(client.Service).Current().Select(static one => one.Authority).Order();
    }

    [Fact]
    public async Task A_removed_endpoint_disappears_with_its_rate_limit_once_that_is_unused()
    {
        using var client = new EndpointFixture(
            s => s.Always(200),
            o =>
            {
                o.RateLimit.Enabled = true;
                o.RateLimit.Permits = 10;
                o.RateLimit.Scope = HttpRateLimitScope.Authority;
            },
            [A, B, C]);
        var rates = RateLimiter.GetOrCreate(client.Service).Buckets;
        await client.GetManyAsync(9);
        var before = Rate();

        Use(client, A, B);
        Assert.Same(before, Rate()); // Nobody gets a new rate by an edit that is taken back.

        client.Clock.Advance(TimeSpan.FromSeconds(2));
        await client.GetManyAsync(1);
        Assert.NotSame(before, Rate());

        RateBucket Rate() => rates.GetOrAdd(new Uri(C), HttpRateLimitScope.Authority);
    }

    [Fact]
    public async Task A_removed_endpoint_disappears_even_if_its_circuit_is_open()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A);

        Use(client, B);

        Assert.Equal([B], Authorities(client));
        Assert.Equal("b", await client.GetManyAsync(1));
    }

    [Fact]
    public async Task Requests_in_flight_at_a_removed_endpoint_finish_first()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        using var client = new EndpointFixture(s => s.At(A, a => a.Then((_, _) => answer.Task)).Always(200), addresses: [A]);
        var call = client.Http.GetAsync("orders", TestContext.Current.CancellationToken);

        Use(client, B);
        Assert.Equal([A, B], Authorities(client));

        answer.SetResult(new(System.Net.HttpStatusCode.OK));
        using var response = await call;
        Assert.Equal([B], Authorities(client));
    }

    [Fact]
    public async Task State_of_endpoints_that_stay_survives_an_edit()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A);

        Use(client, A, B, C);

        Assert.DoesNotContain('a', await client.GetManyAsync(20));
        Assert.Equal(CircuitState.Isolated, client.Circuits.Find("payments", A)!.State);
    }

    [Fact]
    public async Task A_new_endpoint_gets_at_most_twice_its_share_in_its_first_second()
    {
        using var client = new EndpointFixture(s => s.Slow(TimeSpan.FromMilliseconds(20)).Always(), addresses: [A, B, "http://d.internal"]);
        await client.GetManyAsync(50);

        Use(client, A, B, C, "http://d.internal");

        Assert.InRange((await client.GetManyAsync(50)).Count(static host => host == 'c'), 6, 25);
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_gets_a_new_circuit()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A);
        Use(client, B);
        Use(client, A, B);

        Assert.Equal(CircuitState.Closed, client.Circuits.Find("payments", A)!.State);
        Assert.Contains('a', await client.GetManyAsync(20));
    }

    [Fact]
    public async Task Without_addresses_requests_go_to_the_base_address_again()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        await client.GetManyAsync(2);

        Use(client);

        Assert.Equal("p", await client.GetManyAsync(1));
        Assert.Equal(["https://payments.internal"], Authorities(client));
    }

    [Fact]
    public async Task With_the_first_addresses_the_circuit_of_the_base_address_is_removed()
    {
        using var client = new EndpointFixture(s => s.Always(200), addresses: []);
        await client.GetManyAsync(1);
        Assert.Equal(["https://payments.internal"], Authorities(client));

        Use(client, A);

        Assert.Equal([A], Authorities(client));
    }

    [Fact]
    public void An_edit_is_logged()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        Use(client, A, B);

        Use(client, B, C);

        Assert.Equal(
            $"payments has 2 endpoints now; added: {C}; removed: {A}", client.Log.Of("EndpointsChanged").Single().Text);
    }

    private static void Use(EndpointFixture client, params string[] addresses) =>
        client.Edit(o => o.Endpoints.Addresses = [.. addresses.Select(static text => new HttpEndpoint(new Uri(text)))]);

    private static string[] Authorities(EndpointFixture client) =>
        [.. client.Circuits.GetAll().Select(static circuit => circuit.Authority)];
}
