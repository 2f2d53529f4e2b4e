using System.Net;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Retry;

public sealed class SafeRepeatingTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("QUERY")]
    [InlineData("PROPFIND")]
    [InlineData("REPORT")]
    [InlineData("SEARCH")]
    [InlineData("MKCOL")]
    [InlineData("VERSION-CONTROL")]
    [InlineData("get")]
    [InlineData("Query")]
    public async Task An_idempotent_method_is_repeated(string method)
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(new(new HttpMethod(method), ""));

        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("patch")]
    [InlineData("LOCK")]
    [InlineData("CONNECT")]
    [InlineData("PRI")]
    [InlineData("BREW")]
    [InlineData("propfind")] // Methods are case-sensitive, and .NET sends this one as it is.
    public async Task Any_other_method_is_sent_once(string method)
    {
        using var world = new RetryFixture(script => script.Always(503));

        using var response = await world.SendAsync(new(new HttpMethod(method), ""));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(world.Server.Requests);
        Assert.Equal(["unsafe_method"], world.Suppressed());
    }

    [Theory]
    [InlineData("websocket", 2)]
    [InlineData("connect-udp", 1)]
    [InlineData(null, 1)]
    public async Task A_WebSocket_over_HTTP2_is_repeated_and_keeps_its_protocol(string? protocol, int attempts)
    {
        var protocols = new List<string?>();
        var forgets = new ChangingHandler(request =>
        {
            protocols.Add(request.Headers.Protocol);
            request.Headers.Protocol = null;
        });
        using var world = new RetryFixture(script => script.Always(503), options => options.Retry.MaxRetries = 1, forgets);
        var request = new HttpRequestMessage(HttpMethod.Connect, "") { Version = HttpVersion.Version20 };
        request.Headers.Protocol = protocol;

        using var response = await world.SendAsync(request);

        Assert.Equal(Enumerable.Repeat(protocol, attempts), protocols);
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("idempotency-key")]
    public async Task A_request_with_an_idempotency_key_is_repeated_with_it(string header)
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.PostAsync(request => request.Headers.Add(header, "charge-17"));

        Assert.Equal(["charge-17", "charge-17"], world.Server.Requests.Select(request => request.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task An_empty_idempotency_key_does_not_count()
    {
        using var world = new RetryFixture(script => script.Always(503));

        using var response = await world.PostAsync(request => request.Headers.TryAddWithoutValidation("Idempotency-Key", " "));

        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_key_that_an_inner_handler_makes_for_each_attempt_does_not_count()
    {
        var inside = new ChangingHandler(request => request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString()));
        using var world = new RetryFixture(script => script.Always(503), inside: inside);

        using var response = await world.PostAsync();

        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_request_marked_AllowRetry_is_repeated()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.PostAsync(request => request.AllowRetry());

        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Fact]
    public async Task A_client_that_declares_unsafe_methods_safe_repeats_them()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200), options => options.Retry.RetryUnsafeMethods = true);

        using var response = await world.PostAsync();

        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Fact]
    public async Task NoRetry_takes_precedence_over_the_options_of_the_client()
    {
        using var world = new RetryFixture(script => script.Always(503), options => options.Retry.RetryUnsafeMethods = true);

        using var response = await world.PostAsync(request => request.NoRetry());

        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task If_nothing_was_sent_every_method_is_repeated()
    {
        using var world = new RetryFixture(script => script.Refuse(2).Then(200));

        using var response = await world.PostAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, world.Server.Requests.Count);
    }

    [Fact]
    public async Task If_the_connection_was_cut_the_request_may_have_done_its_work()
    {
        using var world = new RetryFixture(script => script.Reset().Always(200));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync());

        Assert.Single(world.Server.Requests);
        Assert.Equal(["unsafe_method"], world.Suppressed());
    }

    [Fact]
    public async Task A_charge_redirected_to_a_dead_server_is_not_sent_twice()
    {
        // What SocketsHttpHandler does with 303: the same request object, another URI, GET, no content; then the next server refuses.
        var redirect = new ChangingHandler(request =>
        {
            request.RequestUri = new Uri("https://receipts.internal/17");
            request.Method = HttpMethod.Get;
            request.Content = null;
        });
        using var world = new RetryFixture(script => script.Refuse().Always(200), inside: redirect);

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync());

        Assert.Single(world.Server.Requests);
        Assert.Equal(["unsafe_method"], world.Suppressed());
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("GET", false)]
    [InlineData("POST", true)]
    public async Task A_charge_redirected_to_a_dead_server_is_sent_once_if_a_handler_restores_the_uri(string method, bool drops)
    {
        using var world = new RetryFixture(script => script.Refuse().Always(200), inside: new ResolvingHandler(request =>
        {
            request.RequestUri = new Uri("https://receipts.internal/17");
            request.Method = new HttpMethod(method);
            request.Content = drops ? null : request.Content;
        }));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PostAsync());

        Assert.Single(world.Server.Requests);
        Assert.Equal(["unsafe_method"], world.Suppressed());
    }

    [Fact]
    public async Task If_nothing_was_sent_a_handler_that_swaps_the_body_does_not_prevent_a_retry()
    {
        using var world = new RetryFixture(
            script => script.Refuse().Then(200), inside: new ResolvingHandler(request => request.Content = new StringContent("signed")));

        using var response = await world.PostAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_first_suppressed_retry_names_the_ways_out_and_later_ones_are_counted()
    {
        using var world = new RetryFixture(script => script.Always(503), log: LogLevel.Information);

        for (var i = 0; i < 3; i++)
        {
            using var response = await world.PostAsync();
        }

        var warning = Assert.Single(world.Log.Of("UnsafeMethodNotRepeated"));
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Equal("payments", warning.Fields["Service"]);
        Assert.Equal("https://payments.internal", warning.Fields["Authority"]);
        Assert.Contains("Idempotency-Key", warning.Text, StringComparison.Ordinal);
        Assert.Contains("AllowRetry()", warning.Text, StringComparison.Ordinal);
        Assert.Contains("Retry:RetryUnsafeMethods", warning.Text, StringComparison.Ordinal);
        Assert.Equal(["unsafe_method", "unsafe_method", "unsafe_method"], world.Suppressed());
    }

    /// <summary>As service discovery does it: another URI for each attempt, and the very object of before when it has ended.</summary>
    private sealed class ResolvingHandler(Action<HttpRequestMessage> below) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var original = request.RequestUri;
            request.RequestUri = new Uri("https://10.0.0.1/charges");
            try
            {
                below(request);
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = original;
            }
        }
    }
}
