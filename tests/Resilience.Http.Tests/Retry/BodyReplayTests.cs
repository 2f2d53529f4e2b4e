using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

/// <summary>Each attempt sends the same body.</summary>
public sealed class BodyReplayTests
{
    public static TheoryData<string> Replayable => [.. Bodies.Keys];

    private static Dictionary<string, Func<HttpContent>> Bodies { get; } = new()
    {
        ["string"] = () => new StringContent(Text),
        ["bytes"] = () => new ByteArrayContent(Encoding.UTF8.GetBytes(Text)),
        ["form"] = () => new FormUrlEncodedContent([new("name", Text)]),
        ["memory"] = () => new ReadOnlyMemoryContent(Encoding.UTF8.GetBytes(Text)),
        ["json"] = () => JsonContent.Create(Text),
        ["stream that can go back"] = () => new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Text))),
        ["stream read once"] = () => new StreamContent(new OneShotStream(Encoding.UTF8.GetBytes(Text))),
        ["parts"] = () => new MultipartContent("mixed", "b")
        {
            new StringContent(Text),
            new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Text)))
        },
        ["form parts"] = () => new MultipartFormDataContent("b")
        {
            { new StringContent(Text), "name" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(Text)), "file", "a.txt" }
        },
        ["nested parts"] = () => new MultipartContent("mixed", "b") { new MultipartContent("mixed", "c") { new StringContent(Text) } },
    };

    [Theory]
    [MemberData(nameof(Replayable))]
    public async Task A_replayable_body_is_sent_byte_for_byte_on_each_attempt(string body)
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200));

        using var response = await world.SendAsync(Put(Bodies[body]()));

        Assert.Equal(4, world.Server.Requests.Count);
        var sent = Assert.Single(world.Server.Requests.Select(request => request.BodyText).Distinct());
        Assert.Contains(
            body.StartsWith("form", StringComparison.Ordinal) && !body.Contains("parts", StringComparison.Ordinal)
                ? "fifteen+letters"
                : Text, sent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Replayable))]
    public void A_replayable_body_is_sent_byte_for_byte_on_each_synchronous_attempt(string body)
    {
        using var world = new RetryFixture(script => script.Fail(3, 503).Then(200));

        using var response = world.Send(Put(Bodies[body]()));

        Assert.Equal(4, world.Server.Requests.Count);
        Assert.Single(world.Server.Requests.Select(request => request.BodyText).Distinct());
    }

    [Fact]
    public async Task A_stream_is_replayed_from_where_the_caller_left_it()
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes("skip" + Text)) { Position = 4 };
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(new StreamContent(stream)));

        Assert.Equal([Text, Text], world.Server.Requests.Select(request => request.BodyText));
    }

    [Fact]
    public async Task A_body_read_once_keeps_its_headers()
    {
        var content = new StreamContent(new OneShotStream(Bytes(10)));
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        content.Headers.Add("X-Digest", "abc");
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.All(world.Server.Requests, request => Assert.Equal("image/png", request.Headers["Content-Type"]));
        Assert.All(world.Server.Requests, request => Assert.Equal("abc", request.Headers["X-Digest"]));
    }

    [Fact]
    public async Task A_redirect_or_login_below_the_chain_gets_the_whole_body_again()
    {
        var inside = new TwiceHandler();
        using var world = new RetryFixture(script => script.Always(200), inside: inside);

        using var own = await world.SendAsync(new(HttpMethod.Post, "") { Content = new OwnContent() });
        using var kept = await world.SendAsync(Put(OneShot(10)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => world.SendAsync(new(HttpMethod.Post, "") { Content = new ForgetfulContent(Bytes(10)) }));

        Assert.Equal(["own", "own"], world.Server.Requests.Take(2).Select(request => request.BodyText));
        Assert.Equal([Bytes(10), Bytes(10)], world.Server.Requests.Skip(2).Take(2).Select(request => request.Body.ToArray()));
        Assert.Equal("body not received", world.Server.Requests[^1].Answer);
    }

    [Theory]
    [InlineData("PUT", 3)]
    [InlineData("POST", 3)]
    public async Task Every_content_is_sent_again_if_nothing_of_it_was_sent(string method, int sends)
    {
        Func<HttpContent>[] contents =
        [
            .. Bodies.Values, () => new OwnContent(), () => new ForgetfulContent(Bytes(100_000)), () => JsonContent.Create(Once(1, 2)),
            () => new MultipartContent { OneShot(100_000) }, () => new ShoutingContent(new OneShotStream(Bytes(10))),
        ];
        foreach (var content in contents)
        {
            using var world = new RetryFixture(script => script.Refuse(2).Then(200));

            using var response = await world.SendAsync(new(new HttpMethod(method), "") { Content = content() });

            Assert.Equal(sends, world.Server.Requests.Count);
            Assert.NotEqual(0, world.Server.Requests[^1].Body.Length);
        }
    }

    [Theory]
    [InlineData("string")]
    [InlineData("bytes")]
    [InlineData("form")]
    [InlineData("memory")]
    public async Task A_short_body_in_memory_is_sent_as_it_is(string body)
    {
        HttpContent? sent = null;
        using var world = new RetryFixture(script => script.Always(200), inside: new ChangingHandler(request => sent = request.Content));
        var content = Bodies[body]();

        using var response = await world.SendAsync(Put(content));

        Assert.Same(content, sent);
        Assert.False(content.Headers.NonValidated.Contains("Content-Length"));
    }

    [Fact]
    public async Task A_body_that_was_not_read_can_be_sent_again_with_every_method()
    {
        var body = Bytes(1_000_000);
        using var world = new RetryFixture(script => script.Refuse().Then(200));

        using var response = await world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(body)) });

        Assert.Equal([[], body], world.Server.Requests.Select(request => request.Body.ToArray()));
    }

    /// <summary>Sends each request twice, as a redirect does that keeps the body, or a login.</summary>
    private sealed class TwiceHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
