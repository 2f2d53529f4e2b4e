using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Resilience.Http.Tests.Retry;

public sealed class BodyReplayTests
{
    private const string Text = "fifteen letters";

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

    [Fact]
    public async Task A_content_of_the_user_s_own_is_sent_again_from_the_copy()
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
    public async Task A_json_body_that_gives_its_items_once_is_sent_again_from_the_copy(string items)
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
    public async Task A_caller_cannot_vouch_for_a_stream_that_is_gone()
    {
        using var world = new RetryFixture(script => script.Always(503));
        var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(100_000))) };

        using var response = await world.SendAsync(request.AllowRetry());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_stream_content_of_another_kind_is_not_read_behind_its_back()
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

    private static StreamContent OneShot(int length) => new(new OneShotStream(Bytes(length)));

    private static HttpRequestMessage Put(HttpContent content) => new(HttpMethod.Put, "documents/1") { Content = content };

    private static IAsyncEnumerable<T> Once<T>(params T[] items)
    {
        var channel = Channel.CreateUnbounded<T>();
        Array.ForEach(items, item => channel.Writer.TryWrite(item));
        channel.Writer.Complete();
        return channel.Reader.ReadAllAsync();
    }

    private static IEnumerable<T> OnceSynchronously<T>(params T[] items) => Drain(new Queue<T>(items));

    private static IEnumerable<T> Drain<T>(Queue<T> items)
    {
        while (items.TryDequeue(out var item))
        {
            yield return item;
        }
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
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

    private sealed class OwnContent : HttpContent
    {
        public int Writings { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Writings++;
            return stream.WriteAsync("own"u8.ToArray()).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
        }
    }

    /// <summary>Has its bytes once, and does not say so when they are gone.</summary>
    private sealed class ForgetfulContent(byte[] bytes) : HttpContent
    {
        private readonly OneShotStream _bytes = new(bytes);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _bytes.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
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

    /// <summary>Writes something else than what stands in its stream.</summary>
    private sealed class ShoutingContent(Stream quiet) : StreamContent(quiet)
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(await ReadAsStreamAsync(cancellationToken));
            var text = await reader.ReadToEndAsync(cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToUpperInvariant()), cancellationToken);
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
