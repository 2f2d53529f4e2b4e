using System.Net;
using Resilience.Http.Chain;
using Resilience.Http.Endpoints;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Chance;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>The chain with several endpoints: where sends go, and what the caller sees of it.</summary>
public sealed class EndpointHandlerTests
{
    [Fact]
    public async Task A_request_goes_to_an_endpoint_with_the_rest_of_its_uri()
    {
        using var client = new EndpointFixture(s => s.Always(200), addresses: ["http://a.internal:8080/v2"]);

        using var response = await client.GetAsync("orders/a%2Fb?q=1");

        Assert.Equal("http://a.internal:8080/v2/orders/a%2Fb?q=1", client.Server.Requests.Single().Uri!.AbsoluteUri);
        Assert.Equal("a.internal", response.RequestMessage!.RequestUri!.Host);
    }

    [Fact]
    public async Task Requests_to_other_authorities_pass_unchanged()
    {
        using var client = new EndpointFixture(s => s.Always(200));

        using var response = await client.GetAsync("https://other.internal/orders");

        Assert.Equal("https://other.internal/orders", client.Server.Requests.Single().Uri!.AbsoluteUri);
    }

    [Fact]
    public async Task A_retry_goes_to_an_endpoint_not_yet_tried()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var client = new EndpointFixture(
                s => s.Always(503),
                o => o.CircuitBreaker.Enabled = false,
                [A, B, C, "http://d.internal"],
                new SeededChance(seed).Next);

            using var response = await client.GetAsync();

            Assert.Equal("abcd", string.Concat(client.Hosts.Order()));
        }
    }

    [Fact]
    public async Task More_retries_than_endpoints_go_round_again()
    {
        using var client = new EndpointFixture(s => s.Fail(2, 503).Always(200), o => o.CircuitBreaker.Enabled = false);

        using var response = await client.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, client.Hosts.Length);
        Assert.NotEqual(client.Hosts[0], client.Hosts[1]);
    }

    [Fact]
    public async Task After_a_failure_the_request_has_its_own_uri_again()
    {
        using var client = new EndpointFixture(s => s.Refuse().Always(), o => o.Retry.Enabled = false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/orders");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.Clock.RunAsync(() => client.Http.SendAsync(request)));

        Assert.Equal("https://payments.internal/orders", request.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_from_outside_is_routed_again()
    {
        using var client = new EndpointFixture(s => s.Always(503), o => o.Retry.Enabled = false);
        using var invoker = new HttpMessageInvoker(new Resender { InnerHandler = Handler(client) });
        client.Isolate(A);

        using var response = await client.Clock.RunAsync(() => invoker.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/orders"), CancellationToken.None));

        Assert.Equal("bb", client.Hosts);
        Assert.All(client.Server.Requests, static request => Assert.Equal("/orders", request.Uri!.AbsolutePath));
    }

    [Fact]
    public async Task The_host_header_is_removed_from_the_request_after_the_attempt()
    {
        using var client = new EndpointFixture(s => s.Always(200), addresses: ["http://10.0.0.1:8080"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "orders");

        using var response = await client.Clock.RunAsync(() => client.Http.SendAsync(request));

        Assert.Equal("payments.internal", client.Server.Requests.Single().Headers["Host"]);
        Assert.Null(request.Headers.Host);
    }

    [Fact]
    public async Task The_callers_host_header_stays()
    {
        using var client = new EndpointFixture(
            s => s.Fail(1, 503).Always(200), addresses: ["http://10.0.0.1:8080", "http://10.0.0.2:8080"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "orders") { Headers = { Host = "mine" } };

        using var response = await client.Clock.RunAsync(() => client.Http.SendAsync(request));

        Assert.All(client.Server.Requests, static sent => Assert.Equal("mine", sent.Headers["Host"]));
        Assert.Equal("mine", request.Headers.Host);
    }

    [Fact]
    public async Task A_timeout_names_the_endpoint()
    {
        using var client = new EndpointFixture(s => s.Hang().Always(), o => o.Retry.Enabled = false, [A]);

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => client.GetAsync());

        Assert.Contains(A, timeout.Message);
    }

    [Fact]
    public async Task A_failed_call_is_logged_with_its_last_endpoint()
    {
        using var client = new EndpointFixture(s => s.Always(503), addresses: [A, B]);

        using var response = await client.GetAsync();

        Assert.Contains(client.Server.Requests[^1].Uri!.Host, client.Log.Of("CallFailed").Single().Text);
    }

    [Fact]
    public void A_synchronous_call_is_routed_too()
    {
        using var client = new EndpointFixture(s => s.At(A, a => a.Refuse().Always()).Always(200));

        for (var i = 0; i < 20; i++)
        {
            using var response = client.Clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, "orders")));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Nothing_is_left_in_flight_however_a_send_ends()
    {
        using var client = new EndpointFixture(s => s
            .Then(200).Fail(1, 503).Then(200).Reset().Refuse().Hang().Then(200).Then(_ => throw new InvalidOperationException())
            .Always(200));
        for (var i = 0; i < 12; i++)
        {
            await Record.ExceptionAsync(() => client.GetAsync());
        }

        client.Isolate(A);
        client.Isolate(B);
        await Record.ExceptionAsync(() => client.GetAsync());

        Assert.All(await InFlightAsync(client), static count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task A_stale_answer_is_found_whichever_endpoint_gave_it()
    {
        using var client = new EndpointFixture(
            s => s.Then(200, """{"id":1}""").Always(503),
            o =>
            {
                o.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
                o.Retry.Enabled = false;
            },
            ["http://10.0.0.1", "http://10.0.0.2"]);

        using var first = await client.GetAsync();
        for (var i = 0; i < 6; i++)
        {
            using var response = await client.GetAsync();
            Assert.Equal("""{"id":1}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    private static ResilienceHandler Handler(EndpointFixture client)
    {
        var handlers = ResilienceChain.HandlersFor(client.Service);
        for (var i = 0; i < handlers.Length - 1; i++)
        {
            handlers[i].InnerHandler = handlers[i + 1];
        }

        handlers[^1].InnerHandler = client.Server;
        return handlers[0];
    }

    private static async Task<int[]> InFlightAsync(EndpointFixture client)
    {
        var list = await EndpointLists.GetOrCreate(client.Service).FindAsync(new Uri("https://payments.internal/"), CancellationToken.None);
        return [.. list!.All.ToArray().Select(static endpoint => endpoint.State.InFlight)];
    }

    /// <summary>A retry around the chain that sends the same request twice.</summary>
    private sealed class Resender : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
