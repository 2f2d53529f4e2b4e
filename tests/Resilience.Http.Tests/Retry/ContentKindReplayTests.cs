using System.Net;
using System.Net.Http.Json;
using System.Text;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

/// <summary>Contents other than streams and buffers: custom ones, JSON and parts.</summary>
public sealed class ContentKindReplayTests
{
    [Fact]
    public async Task A_custom_content_is_sent_again_from_the_copy()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));
        var content = new OwnContent();

        using var response = await world.SendAsync(Put(content));

        Assert.Equal(["own", "own"], world.Server.Requests.Select(request => request.BodyText));
        Assert.Equal(1, content.Writings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unsafe_request_with_custom_content_is_sent_again_with_AllowRetry(bool allowed)
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));
        var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new OwnContent() };

        using var response = await world.SendAsync(allowed ? request.AllowRetry() : request);

        Assert.Equal(allowed ? ["own", "own"] : ["own"], world.Server.Requests.Select(each => each.BodyText));
    }

    [Theory]
    [InlineData("numbers")]
    [InlineData("texts")]
    [InlineData("texts as an object")]
    [InlineData("inside an object")]
    [InlineData("enumerable")]
    public async Task A_json_body_whose_items_can_be_read_once_is_sent_again_from_the_copy(string items)
    {
        using var world = new RetryFixture(script => script.Fail(2, 503).Then(200));
        var content = items switch
        {
            "numbers" => JsonContent.Create(Once(1, 2)),
            "texts" => JsonContent.Create(Once("1", "2")),
            "texts as an object" => JsonContent.Create<object>(Once("1", "2")),
            "inside an object" => JsonContent.Create(new { Items = OnceSynchronously(1, 2) }),
            _ => JsonContent.Create(OnceSynchronously(1, 2)),
        };

        using var response = await world.SendAsync(Put(content));

        Assert.Equal(3, world.Server.Requests.Count);
        Assert.Contains("2", Assert.Single(world.Server.Requests.Select(request => request.BodyText).Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_json_body_above_the_bound_is_written_again_by_its_object()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(JsonContent.Create(new string('x', 100_000))));

        Assert.Equal([100_002, 100_002], world.Server.Requests.Select(request => request.Body.Length));
    }

    [Fact]
    public async Task A_large_json_body_that_can_be_read_once_fails_and_is_never_sent_as_an_empty_list()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => world.SendAsync(Put(JsonContent.Create(OnceSynchronously([.. Enumerable.Range(0, 50_000)])))));

        Assert.Equal("body not received", world.Server.Requests[^1].Answer);
    }

    [Fact]
    public async Task A_caller_cannot_allow_a_retry_of_a_stream_that_is_consumed()
    {
        using var world = new RetryFixture(script => script.Always(503));
        var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(100_000))) };

        using var response = await world.SendAsync(request.AllowRetry());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_derived_stream_content_serializes_itself_at_each_attempt()
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(new ShoutingContent(new OneShotStream(Encoding.UTF8.GetBytes("quiet")))));

        Assert.Equal(["QUIET", "QUIET"], world.Server.Requests.Select(request => request.BodyText));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(100_000, 1)]
    public async Task Parts_with_a_one_time_stream_are_sent_again_from_a_copy_that_is_large_enough(int length, int sends)
    {
        using var world = new RetryFixture(script => script.Fail(1, 503).Always(200));
        var parts = new MultipartContent { new StringContent("one"), new StreamContent(new OneShotStream(Bytes(length))) };

        using var response = await world.SendAsync(Put(parts));

        Assert.Equal(sends, world.Server.Requests.Count);
        Assert.Single(world.Server.Requests.Select(request => Convert.ToHexString(request.Body.Span)).Distinct());
        Assert.Equal(sends == 1 ? ["body_not_replayable"] : [], world.Suppressed());
    }

    [Fact]
    public async Task A_content_the_caller_has_buffered_is_replayed()
    {
        var content = new StreamContent(new OneShotStream(Bytes(100_000)));
        await content.LoadIntoBufferAsync();
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.Equal([100_000, 100_000], world.Server.Requests.Select(request => request.Body.Length));
    }
}
