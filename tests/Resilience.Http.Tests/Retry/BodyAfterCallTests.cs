using System.Net;
using System.Text;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

/// <summary>What a caller finds in the request and its body after a call, and what a second sending of them does.</summary>
public sealed class BodyAfterCallTests
{
    [Fact]
    public async Task The_request_has_its_own_content_again_after_a_success_or_if_nothing_was_sent()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200).Then(200).Always(503));
        var (retried, atOnce, refused) = (Put(OneShot(10)), Put(OneShot(10)), Put(OneShot(10)).NoRetry());
        var contents = new[] { retried.Content, atOnce.Content, refused.Content };
        using var refusing = new RetryFixture(script => script.Refuse());

        using var one = await world.SendAsync(retried);
        using var two = await world.SendAsync(atOnce);
        await Assert.ThrowsAsync<HttpRequestException>(() => refusing.SendAsync(refused));

        Assert.Equal(contents, [retried.Content, atOnce.Content, refused.Content]);
        Assert.Equal(10, (await refused.Content!.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task The_request_has_the_kept_bytes_after_a_call_that_failed()
    {
        using var world = new RetryFixture(script => script.Always(503), options => options.Retry.MaxRetries = 1);
        var request = Put(OneShot(1000));

        using var response = await world.SendAsync(request);

        Assert.Equal(Bytes(1000), await request.Content!.ReadAsByteArrayAsync());
        using var plain = new HttpClient(world.Server, disposeHandler: false);
        using var other = await plain.PutAsync("https://audit.internal/", request.Content);
        Assert.Equal(Bytes(1000), world.Server.Requests[^1].Body.ToArray());
    }

    [Theory]
    [InlineData("PUT", 100_000)]
    [InlineData("POST", 10)]
    public async Task The_request_throws_after_a_call_if_its_body_was_not_kept(string method, int length)
    {
        using var world = new RetryFixture(script => script.Always(503));
        var stream = new HttpRequestMessage(new HttpMethod(method), "") { Content = OneShot(length) };
        var own = new HttpRequestMessage(new HttpMethod(method), "") { Content = new ForgetfulContent(Bytes(length)) };

        using var one = await world.SendAsync(stream);
        using var two = await world.SendAsync(own);

        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.Content!.ReadAsStringAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => own.Content!.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_content_that_writes_itself_again_can_be_read_after_the_call()
    {
        using var world = new RetryFixture(script => script.Always(503));
        var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new OwnContent() };

        using var response = await world.SendAsync(request);

        Assert.Equal("own", await request.Content!.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_fallback_delegate_reads_the_kept_bytes()
    {
        string? queued = null;
        using var world = new RetryFixture(script => script.Always(503), options =>
        {
            options.Retry.MaxRetries = 1;
            options.Fallback.Add(async (failed, cancellationToken) =>
            {
                queued = await failed.Request.Content!.ReadAsStringAsync(cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.Accepted);
            });
        });

        using var response = await world.SendAsync(Put(new StreamContent(new OneShotStream(Encoding.UTF8.GetBytes(Text)))));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(Text, queued);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_was_copied_before_the_call_throws_and_is_never_sent_empty(bool stream)
    {
        HttpContent content = stream ? OneShot(10) : new MultipartContent { OneShot(10) };
        await content.CopyToAsync(Stream.Null);
        using var world = new RetryFixture(script => script.Always(200));

        await Assert.ThrowsAsync<InvalidOperationException>(() => world.SendAsync(Put(content)));

        Assert.Equal("body not received", Assert.Single(world.Server.Requests).Answer);
    }

    [Theory]
    [InlineData("PUT", 10)]
    [InlineData("PUT", 100_000)]
    [InlineData("POST", 10)]
    public async Task A_stream_that_was_sent_to_its_end_is_closed_as_without_the_chain(string method, int length)
    {
        var stream = new OneShotStream(Bytes(length));
        using var world = new RetryFixture(script => script.Always(200));

        // Nobody disposes it.
        using var response = await world.SendAsync(new(new HttpMethod(method), "1") { Content = new StreamContent(stream) });

        Assert.True(stream.IsDisposed);
    }

    [Fact]
    public async Task A_stream_that_was_not_sent_yet_is_left_open()
    {
        var stream = new OneShotStream(Bytes(10));
        using var world = new RetryFixture(script => script.Refuse());

        await Assert.ThrowsAsync<HttpRequestException>(
            () => world.SendAsync(new HttpRequestMessage(HttpMethod.Post, "1") { Content = new StreamContent(stream) }.NoRetry()));

        Assert.False(stream.IsDisposed);
    }

    [Theory]
    [InlineData("PUT", 1000, true)]
    [InlineData("PUT", 100_000, false)]
    [InlineData("POST", 1000, false)]
    public async Task A_handler_outside_that_sends_the_request_again_sends_it_whole_or_fails(string method, int length, bool kept)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "")
        {
            Content = new StreamContent(new OneShotStream(Bytes(length), chunk: 1000))
        };
        using var world = new RetryFixture(script => script.Then(401).Always(200));
        using var first = await world.SendAsync(request);

        var thrown = await Record.ExceptionAsync(() => world.SendAsync(new(new HttpMethod(method), "") { Content = request.Content }));

        Assert.Equal([Bytes(length), kept ? Bytes(length) : []], world.Server.Requests.Select(each => each.Body.ToArray()));
        Assert.Equal(kept ? "200 OK" : "body not received", world.Server.Requests[^1].Answer);
        Assert.Equal(kept ? null : typeof(InvalidOperationException), thrown?.GetType());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_content_that_was_sent_throws_when_the_caller_sends_it_again(bool throughTheChain)
    {
        var content = new StreamContent(new OneShotStream(Bytes(1000)));
        using var world = new RetryFixture(script => script.Always(200));
        using var first = await world.SendAsync(Put(content));
        using var plain = new HttpClient(world.Server, disposeHandler: false) { BaseAddress = new("https://audit.internal") };

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => throughTheChain ? world.SendAsync(Put(content)) : plain.SendAsync(Put(content)));

        Assert.Equal("body not received", world.Server.Requests[^1].Answer);
    }
}
