using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Requests;

/// <summary>
/// Who gets an empty content. That it makes SocketsHttpHandler send once, and what goes over the wire, only real sockets show.
/// </summary>
public sealed class EmptyContentTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [InlineData("POST", false, true)]
    [InlineData("PATCH", false, true)]
    [InlineData("PURGE", false, true)]
    [InlineData("POST", true, true)]
    [InlineData("GET", true, true)]
    [InlineData("DELETE", true, true)]
    [InlineData("PUT", true, true)]
    [InlineData("GET", false, false)]
    [InlineData("HEAD", false, false)]
    [InlineData("PUT", false, false)]
    [InlineData("DELETE", false, false)]
    [InlineData("CONNECT", true, false)]
    public async Task A_request_without_content_that_must_not_be_repeated_gets_an_empty_one(string method, bool noRetry, bool expected) =>
        Assert.Equal(expected, await SentEmptyAsync(request =>
        {
            request.Method = new HttpMethod(method);
            _ = noRetry ? request.NoRetry() : request;
        }));

    [Fact]
    public async Task A_request_that_may_be_repeated_gets_no_empty_content()
    {
        Assert.False(await SentEmptyAsync(static request => request.AllowRetry()));
        Assert.False(await SentEmptyAsync(static request => request.Headers.Add("Idempotency-Key", "17")));
        Assert.False(await SentEmptyAsync(static _ => { }, static options => options.Retry.RetryUnsafeMethods = true));
    }

    [Fact]
    public async Task With_retry_disabled_an_unsafe_method_still_gets_an_empty_content()
    {
        Assert.True(await SentEmptyAsync(static _ => { }, static options => options.Retry.Enabled = false));
        Assert.True(await SentEmptyAsync(static _ => { }, static options => options.Retry.MaxRetries = 0));
    }

    [Theory]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, true)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionExact, true)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower, true)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact, false)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrHigher, false)]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionExact, false)]
    public async Task The_empty_content_is_left_out_if_HTTP_1_1_cannot_be_used(string version, HttpVersionPolicy policy, bool expected) =>
        Assert.Equal(
            expected, await SentEmptyAsync(request => (request.Version, request.VersionPolicy) = (Version.Parse(version), policy)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_request_has_no_content_again_after_the_call_however_it_ends(bool succeeds)
    {
        using var server = new Recording(
            () => succeeds ? new HttpResponseMessage() : throw new HttpRequestException(HttpRequestError.ResponseEnded));
        using var client = new ChainClient(server, clock: _clock);
        using var asynchronous = new HttpRequestMessage(HttpMethod.Post, "orders");
        using var synchronous = new HttpRequestMessage(HttpMethod.Post, "orders");

        Assert.Equal(succeeds, await Record.ExceptionAsync(() => client.Http.SendAsync(asynchronous)) is null);
        Assert.Equal(succeeds, Record.Exception(() => client.Http.Send(synchronous)) is null);

        Assert.Equal([true, true], server.HadContent);
        Assert.Null(asynchronous.Content);
        Assert.Null(synchronous.Content);
    }

    [Fact]
    public async Task Each_attempt_of_a_request_that_was_not_sent_has_the_empty_content()
    {
        var attempts = 0;
        using var server = new Recording(
            () => ++attempts < 3 ? throw new HttpRequestException(HttpRequestError.ConnectionError) : new HttpResponseMessage());
        using var client = new ChainClient(server, clock: _clock);

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("orders", null));

        Assert.Equal([true, true, true], server.HadContent);
    }

    private async Task<bool> SentEmptyAsync(Action<HttpRequestMessage> prepare, Action<ResilientHttpClientOptions>? configure = null)
    {
        using var server = new Recording(static () => new HttpResponseMessage());
        using var client = new ChainClient(server, configure, _clock);
        using var request = new HttpRequestMessage(HttpMethod.Post, "orders");
        prepare(request);
        using var response = await client.Http.SendAsync(request);
        return Assert.Single(server.HadContent);
    }

    private sealed class Recording(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<bool> HadContent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HadContent.Add(request.Content is not null);
            return answer();
        }
    }
}
