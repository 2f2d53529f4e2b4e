using System.Collections.Concurrent;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>
/// A server that acts on each request and closes the connection without a response: SocketsHttpHandler repeats what has no content.
/// </summary>
public sealed class NoContentTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly RawServer _server;

    public NoContentTests() => _server = new RawServer(async (connection, stop) =>
    {
        if (await RawServer.ReadHeadAsync(connection, stop) is { Length: > 0 } head)
        {
            _heads.Enqueue(head);
            if (head.Contains(" /moved ", StringComparison.Ordinal))
            {
                await RawServer.SendAsync(
                    connection, "HTTP/1.1 307 Moved\r\nLocation: /orders\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", stop);
            }
        }
    });

    [Theory]
    [InlineData("POST", false)]
    [InlineData("POST", true)]
    [InlineData("PATCH", false)]
    [InlineData("PURGE", true)]
    public async Task An_order_without_content_is_placed_once(string method, bool synchronous)
    {
        using var client = RealClient.Over();

        await FailAsync(client, new HttpRequestMessage(new HttpMethod(method), _server.Address), synchronous);

        Assert.Single(_heads);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("DELETE", false)]
    [InlineData("HEAD", false)]
    [InlineData("PUT", false)]
    [InlineData("POST", false)]
    [InlineData("GET", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", false)]
    [InlineData("get", false)]
    public async Task NoRetry_applies_to_every_method(string method, bool synchronous)
    {
        using var client = RealClient.Over();

        await FailAsync(client, new HttpRequestMessage(new HttpMethod(method), _server.Address).NoRetry(), synchronous);

        Assert.Single(_heads);
    }

    [Theory]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionExact)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionOrLower)]
    public async Task An_order_is_placed_once_over_HTTP_1_whatever_version_was_asked_for(string version, HttpVersionPolicy policy)
    {
        using var client = RealClient.Over();

        await FailAsync(
            client,
            new HttpRequestMessage(HttpMethod.Post, _server.Address) { Version = new(version), VersionPolicy = policy },
            synchronous: false);

        Assert.Single(_heads);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 0)]
    public async Task An_order_is_placed_once_with_retry_off_too(bool enabled, int maxRetries)
    {
        using var client = RealClient.Over(
            configure: options => (options.Retry.Enabled, options.Retry.MaxRetries) = (enabled, maxRetries));

        await FailAsync(client, new HttpRequestMessage(HttpMethod.Post, _server.Address), synchronous: false);

        Assert.Single(_heads);
    }

    [Fact]
    public async Task An_order_that_was_repeated_because_nothing_was_sent_is_placed_once()
    {
        using var client = RealClient.Over(inside: new FirstAttemptFindsNoServer());

        await FailAsync(client, new HttpRequestMessage(HttpMethod.Post, _server.Address), synchronous: false);

        Assert.Single(_heads);
    }

    [Fact]
    public async Task An_order_that_is_redirected_is_placed_once()
    {
        using var client = RealClient.Over();

        await FailAsync(client, new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Address, "moved")), synchronous: false);

        Assert.Equal(["POST /moved", "POST /orders"], _heads.Select(static head => head.Split(" HTTP")[0]));
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("PUT", true)]
    [InlineData("PATCH", false)]
    public async Task The_bytes_on_the_wire_are_those_of_a_plain_client(string method, bool noRetry)
    {
        using var client = RealClient.Over();
        using var plain = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var request = new HttpRequestMessage(new HttpMethod(method), _server.Address);

        await FailAsync(client, noRetry ? request.NoRetry() : request, synchronous: false);
        await FailAsync(plain, new HttpRequestMessage(new HttpMethod(method), _server.Address), synchronous: false);

        Assert.Equal(5, _heads.Count); // The plain client places four.
        Assert.Single(_heads.Select(WithoutTrace).Distinct());
        Assert.Contains("Content-Length: 0\r\n", _heads.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_DELETE_that_must_not_be_repeated_says_that_it_has_no_content()
    {
        using var client = RealClient.Over();

        await FailAsync(client, new HttpRequestMessage(HttpMethod.Delete, _server.Address).NoRetry(), synchronous: false);

        Assert.Contains("Content-Length: 0\r\n", Assert.Single(_heads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GET_is_still_repeated_by_the_sockets_and_by_the_chain()
    {
        using var client = RealClient.Over(configure: static options => options.Retry.MaxRetries = 3);

        await FailAsync(client, new HttpRequestMessage(HttpMethod.Get, _server.Address), synchronous: false);

        Assert.Equal(16, _heads.Count);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>HttpClient adds a trace id if a test beside this one listens to its spans.</summary>
    private static string WithoutTrace(string head) =>
        string.Join("\r\n", head.Split("\r\n").Where(static line => !line.StartsWith("traceparent", StringComparison.OrdinalIgnoreCase)));

    private sealed class FirstAttemptFindsNoServer : DelegatingHandler
    {
        private int _attempts;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _attempts++ == 0
                ? throw new HttpRequestException(HttpRequestError.ConnectionError)
                : base.SendAsync(request, cancellationToken);
    }

    private static async Task FailAsync(HttpClient client, HttpRequestMessage request, bool synchronous)
    {
        using (request)
        {
            var thrown = synchronous
                ? Assert.Throws<HttpRequestException>(() => client.Send(request))
                : await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

            Assert.Equal(HttpRequestError.ResponseEnded, thrown.HttpRequestError);
            Assert.Null(request.Content);
        }
    }
}
