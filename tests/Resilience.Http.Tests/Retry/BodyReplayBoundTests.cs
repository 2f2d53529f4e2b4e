using System.Net;
using System.Text;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

/// <summary>What is kept of a body for the next attempt, and up to which length.</summary>
public sealed class BodyReplayBoundTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(65535)]
    [InlineData(65536)]
    public async Task A_body_read_once_is_replayed_up_to_the_bound(int length)
    {
        var body = Bytes(length);
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200));

        using var response = await world.SendAsync(Put(new StreamContent(new OneShotStream(body, chunk: 1000))));

        Assert.Equal(3, world.Server.Requests.Count);
        Assert.All(world.Server.Requests, request => Assert.Equal(body, request.Body.ToArray()));
    }

    [Theory]
    [InlineData(65537)]
    [InlineData(1_000_000)]
    public async Task A_body_above_the_bound_arrives_whole_on_its_one_attempt(int length)
    {
        var body = Bytes(length);
        using var world = new RetryFixture(script => script.Always(503));

        using var response = await world.SendAsync(Put(new StreamContent(new OneShotStream(body, chunk: 1000))));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(body, Assert.Single(world.Server.Requests).Body.ToArray());
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task A_declared_length_is_only_a_hint()
    {
        // SocketsHttpHandler is not there to object; a wrong length must not make us cut or drop the body.
        var content = new StreamContent(new OneShotStream(Bytes(1000)));
        content.Headers.ContentLength = 10;
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.All(world.Server.Requests, request => Assert.Equal(1000, request.Body.Length));
        Assert.All(world.Server.Requests, request => Assert.Equal("10", request.Headers["Content-Length"]));
    }

    [Fact]
    public async Task With_no_bound_only_an_empty_body_is_replayed()
    {
        using var world = new RetryFixture(
            script => script.Fail(1, 503).Then(200).Always(503), options => options.Retry.MaxBufferedBody = 0);

        using var empty = await world.SendAsync(Put(new StreamContent(new OneShotStream([]))));
        using var one = await world.SendAsync(Put(new StreamContent(new OneShotStream([1]))));

        Assert.Equal([0, 0, 1], world.Server.Requests.Select(request => request.Body.Length));
    }

    [Fact]
    public async Task A_long_body_in_memory_is_sent_again_without_a_copy()
    {
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200));
        var content = new ByteArrayContent(Bytes(1_000_000));
        var request = Put(content);

        using var response = await world.SendAsync(request);

        Assert.Equal([1_000_000, 1_000_000, 1_000_000], world.Server.Requests.Select(each => each.Body.Length));
        Assert.Same(content, request.Content);
    }

    [Fact]
    public async Task The_headers_of_a_content_that_two_calls_share_are_not_taken_away_in_between()
    {
        var content = new StringContent(Text, Encoding.UTF8, "text/csv");
        var contentType = content.Headers.ContentType; // Parsed once. Headers that were cleared and set again would have another object.
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.Same(contentType, content.Headers.ContentType);
    }

    [Fact]
    public async Task No_body_is_kept_of_a_request_that_is_not_repeatable()
    {
        // The connection failed after the body had been read: nothing was sent, but the body is gone.
        using var world = new RetryFixture(script => script.Then(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)));

        await Assert.ThrowsAsync<HttpRequestException>(
            () => world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(10))) }));

        Assert.Equal(10, Assert.Single(world.Server.Requests).Body.Length);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }
}
