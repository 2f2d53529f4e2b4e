using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

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
    public async Task The_rest_of_a_body_that_was_cut_is_not_taken_for_a_whole_one()
    {
        var content = new StreamContent(new OneShotStream(Bytes(100), chunk: 10));
        using var cutting = new CuttingServer();
        using var http = new HttpMessageInvoker(ResilientHttpHandler.Create("documents", new(), cutting));
        using var first = new HttpRequestMessage(HttpMethod.Post, "https://documents.internal/1") { Content = content };
        using var second = new HttpRequestMessage(HttpMethod.Post, "https://documents.internal/1") { Content = content };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(first, default));

        await Assert.ThrowsAsync<InvalidOperationException>(() => http.SendAsync(second, default));

        Assert.Equal(0, cutting.Received);
    }

    [Fact]
    public async Task A_body_that_was_not_read_can_be_sent_again_with_every_method()
    {
        var body = Bytes(1_000_000);
        using var world = new RetryFixture(script => script.Refuse().Then(200));

        using var response = await world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(body)) });

        Assert.Equal([[], body], world.Server.Requests.Select(request => request.Body.ToArray()));
    }

    [Fact]
    public async Task Of_a_request_that_is_not_repeatable_nothing_is_kept()
    {
        // The connection failed after the body had been read: nothing was sent, but the body is gone.
        using var world = new RetryFixture(script => script.Then(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)));

        await Assert.ThrowsAsync<HttpRequestException>(
            () => world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(10))) }));

        Assert.Equal(10, Assert.Single(world.Server.Requests).Body.Length);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_fails_reaches_the_caller_as_without_the_chain(bool synchronous)
    {
        using var world = new RetryFixture(script => script.Always(200));
        var fault = new IOException("disk");
        Func<HttpRequestMessage> request = () => Put(new StreamContent(new OneShotStream(Bytes(100), failAt: 50, fault: fault)));

        var thrown = synchronous
            ? Assert.Throws<HttpRequestException>(() => world.Send(request()))
            : await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(request()));

        Assert.Same(fault, thrown.InnerException);
        Assert.Equal("body not received", Assert.Single(world.Server.Requests).Answer);
    }

    [Fact]
    public async Task A_body_that_is_slow_to_come_is_cut_with_its_attempt_and_not_repeated()
    {
        using var world = new RetryFixture(script => script.Always(200), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<RequestTimedOutException>(
            () => world.SendAsync(Put(new StreamContent(new OneShotStream(Bytes(100), hangAt: 50)))));

        Assert.Equal(TimeSpan.FromSeconds(2), world.Clock.Elapsed);
        Assert.Single(world.Server.Requests);
    }

    /// <summary>Breaks the first connection in the middle of the body.</summary>
    private sealed class CuttingServer : HttpMessageHandler
    {
        private int _calls;

        /// <summary>How much the last request brought in the end.</summary>
        public long Received { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Received = 0;
            var cutAt = _calls++ == 0 ? 20 : int.MaxValue;
            using var target = new CountingStream(written =>
            {
                if (written >= cutAt)
                {
                    throw new IOException("cut", new SocketException((int)SocketError.ConnectionReset));
                }
            });
            await request.Content!.CopyToAsync(target, cancellationToken);
            Received = target.Length;
            return new HttpResponseMessage();
        }
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

    /// <summary>Says before each write how much was written so far.</summary>
    private sealed class CountingStream(Action<int> writing) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            writing((int)Length);
            base.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing((int)Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
