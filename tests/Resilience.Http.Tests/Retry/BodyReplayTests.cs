using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Resilience.Http.Requests;

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
        ["parts"] = () => new MultipartContent("mixed", "b") { new StringContent(Text), new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Text))) },
        ["form parts"] = () => new MultipartFormDataContent("b") { { new StringContent(Text), "name" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(Text)), "file", "a.txt" } },
        ["nested parts"] = () => new MultipartContent("mixed", "b") { new MultipartContent("mixed", "c") { new StringContent(Text) } },
    };

    [Theory]
    [MemberData(nameof(Replayable))]
    public async Task A_replayable_body_is_sent_byte_for_byte_on_each_attempt(string body)
    {
        using var world = new RetryWorld(script => script.Fail(3, 503).Then(200));

        using var response = await world.SendAsync(Put(Bodies[body]()));

        Assert.Equal(4, world.Server.Requests.Count);
        var sent = Assert.Single(world.Server.Requests.Select(request => request.BodyText).Distinct());
        Assert.Contains(body.StartsWith("form", StringComparison.Ordinal) && !body.Contains("parts", StringComparison.Ordinal) ? "fifteen+letters" : Text, sent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Replayable))]
    public void A_replayable_body_is_sent_byte_for_byte_on_each_synchronous_attempt(string body)
    {
        using var world = new RetryWorld(script => script.Fail(3, 503).Then(200));

        using var response = world.Send(Put(Bodies[body]()));

        Assert.Equal(4, world.Server.Requests.Count);
        Assert.Single(world.Server.Requests.Select(request => request.BodyText).Distinct());
    }

    [Fact]
    public async Task A_stream_is_replayed_from_where_the_caller_left_it()
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes("skip" + Text)) { Position = 4 };
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

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
        using var world = new RetryWorld(script => script.Fail(2, 503).Then(200));

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
        using var world = new RetryWorld(script => script.Always(503));

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
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.All(world.Server.Requests, request => Assert.Equal(1000, request.Body.Length));
        Assert.All(world.Server.Requests, request => Assert.Equal("10", request.Headers["Content-Length"]));
    }

    [Fact]
    public async Task With_no_bound_only_an_empty_body_is_replayed()
    {
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200).Always(503), options => options.Retry.MaxBufferedBody = 0);

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
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.All(world.Server.Requests, request => Assert.Equal("image/png", request.Headers["Content-Type"]));
        Assert.All(world.Server.Requests, request => Assert.Equal("abc", request.Headers["X-Digest"]));
    }

    [Fact]
    public async Task The_caller_s_content_stands_in_the_request_again_afterwards()
    {
        var stream = new OneShotStream(Bytes(10));
        var content = new StreamContent(stream);
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200).Then(200).Then(_ => throw new InvalidOperationException()));
        var retried = Put(content);
        var atOnce = Put(new StreamContent(new OneShotStream(Bytes(10))));
        var atOnceContent = atOnce.Content;
        var failed = Put(new StreamContent(new OneShotStream(Bytes(10))));
        var failedContent = failed.Content;

        using var one = await world.SendAsync(retried);
        using var two = await world.SendAsync(atOnce);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.SendAsync(failed));

        Assert.Same(content, retried.Content);
        Assert.Same(atOnceContent, atOnce.Content);
        Assert.Same(failedContent, failed.Content);
    }

    [Theory]
    [InlineData("PUT", 10)]
    [InlineData("PUT", 100_000)]
    [InlineData("POST", 10)]
    public async Task A_stream_that_was_sent_to_its_end_is_closed_as_without_the_chain(string method, int length)
    {
        var stream = new OneShotStream(Bytes(length));
        using var world = new RetryWorld(script => script.Always(200));

        using var response = await world.SendAsync(new(new HttpMethod(method), "1") { Content = new StreamContent(stream) }); // Nobody disposes it.

        Assert.True(stream.IsDisposed);
    }

    [Fact]
    public async Task A_stream_that_was_not_sent_yet_is_left_open()
    {
        var stream = new OneShotStream(Bytes(10));
        using var world = new RetryWorld(script => script.Refuse());

        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(new HttpRequestMessage(HttpMethod.Post, "1") { Content = new StreamContent(stream) }.NoRetry()));

        Assert.False(stream.IsDisposed);
    }

    [Theory]
    [InlineData("PUT", 1000, true)]
    [InlineData("PUT", 100_000, false)]
    [InlineData("POST", 1000, false)]
    public async Task A_second_call_with_a_body_read_once_sends_it_whole_or_fails(string method, int length, bool kept)
    {
        var content = new StreamContent(new OneShotStream(Bytes(length), chunk: 1000));
        using var world = new RetryWorld(script => script.Then(401).Always(200));
        using var first = await world.SendAsync(new(new HttpMethod(method), "") { Content = content });

        var thrown = await Record.ExceptionAsync(() => world.SendAsync(new(new HttpMethod(method), "") { Content = content }));

        Assert.Equal([Bytes(length), kept ? Bytes(length) : []], world.Server.Requests.Select(request => request.Body.ToArray()));
        Assert.Equal(kept ? "200 OK" : "body not received", world.Server.Requests[^1].Answer);
        Assert.Equal(kept ? null : typeof(InvalidOperationException), thrown?.GetType());
    }

    [Fact]
    public async Task A_second_call_that_is_not_to_be_repeated_sends_a_body_read_once_whole_too()
    {
        var content = new StreamContent(new OneShotStream(Bytes(1000)));
        using var world = new RetryWorld(script => script.Always(200));
        using var first = await world.SendAsync(Put(content));

        using var second = await world.SendAsync(Put(content).NoRetry());

        Assert.All(world.Server.Requests, request => Assert.Equal(Bytes(1000), request.Body.ToArray()));
        Assert.Equal(2, world.Server.Requests.Count);
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
    public async Task A_body_that_nobody_read_is_as_good_as_new_whatever_the_method()
    {
        var body = Bytes(1_000_000);
        using var world = new RetryWorld(script => script.Refuse().Then(200));

        using var response = await world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(body)) });

        Assert.Equal([[], body], world.Server.Requests.Select(request => request.Body.ToArray()));
    }

    [Fact]
    public async Task Of_a_request_that_is_not_repeatable_nothing_is_kept()
    {
        // The connection failed after the body had been read: nothing was sent, but the body is gone.
        using var world = new RetryWorld(script => script.Then(_ => throw new HttpRequestException(HttpRequestError.ConnectionError)));

        await Assert.ThrowsAsync<HttpRequestException>(
            () => world.SendAsync(new(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(10))) }));

        Assert.Equal(10, Assert.Single(world.Server.Requests).Body.Length);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task An_unknown_content_is_sent_once()
    {
        using var world = new RetryWorld(script => script.Always(503));

        using var response = await world.SendAsync(Put(new OwnContent()));

        Assert.Single(world.Server.Requests);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task A_caller_may_vouch_for_an_unknown_content()
    {
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(new OwnContent()).AllowRetry());

        Assert.Equal(["own", "own"], world.Server.Requests.Select(request => request.BodyText));
    }

    [Theory]
    [InlineData("numbers")]
    [InlineData("texts")]
    [InlineData("texts as an object")]
    public async Task A_json_body_that_may_give_its_items_once_is_sent_once(string items)
    {
        using var world = new RetryWorld(script => script.Always(503));
        var content = items switch
        {
            "numbers" => JsonContent.Create(Once(1, 2)),
            "texts" => JsonContent.Create(Once("1", "2")),
            _ => JsonContent.Create<object>(Once("1", "2")),
        };

        using var response = await world.SendAsync(Put(content));

        Assert.Equal(items == "numbers" ? "[1,2]" : """["1","2"]""", Assert.Single(world.Server.Requests).BodyText);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task A_caller_may_vouch_for_a_json_body_that_gives_its_items_as_often_as_asked_for()
    {
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(JsonContent.Create(AsOftenAsAskedFor())).AllowRetry());

        Assert.Equal(["[1,2]", "[1,2]"], world.Server.Requests.Select(request => request.BodyText));

        static async IAsyncEnumerable<int> AsOftenAsAskedFor()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }
    }

    [Fact]
    public async Task A_caller_cannot_vouch_for_a_stream_that_is_gone()
    {
        using var world = new RetryWorld(script => script.Always(503));
        var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new StreamContent(new OneShotStream(Bytes(100_000))) };

        using var response = await world.SendAsync(request.AllowRetry());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(world.Server.Requests);
    }

    [Fact]
    public async Task A_stream_content_of_another_kind_is_not_read_behind_its_back()
    {
        using var world = new RetryWorld(script => script.Always(503));

        using var response = await world.SendAsync(Put(new ShoutingContent(new OneShotStream(Encoding.UTF8.GetBytes("quiet")))));

        Assert.Equal("QUIET", Assert.Single(world.Server.Requests).BodyText);
    }

    [Fact]
    public async Task Parts_are_replayed_only_if_all_of_them_can_be()
    {
        using var world = new RetryWorld(script => script.Always(503));
        var parts = new MultipartContent { new StringContent("one"), new StreamContent(new OneShotStream(Bytes(1))) };

        using var response = await world.SendAsync(Put(parts));

        Assert.Single(world.Server.Requests);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task A_content_the_caller_has_buffered_is_replayed()
    {
        var content = new StreamContent(new OneShotStream(Bytes(100_000)));
        await content.LoadIntoBufferAsync();
        using var world = new RetryWorld(script => script.Fail(1, 503).Then(200));

        using var response = await world.SendAsync(Put(content));

        Assert.Equal([100_000, 100_000], world.Server.Requests.Select(request => request.Body.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_fails_reaches_the_caller_as_without_the_chain(bool synchronous)
    {
        using var world = new RetryWorld(script => script.Always(200));
        var fault = new IOException("disk");
        Func<HttpRequestMessage> request = () => Put(new StreamContent(new OneShotStream(Bytes(100), failAt: 50, fault: fault)));

        var thrown = synchronous
            ? Assert.Throws<HttpRequestException>(() => world.Send(request()))
            : await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(request()));

        Assert.Same(fault, thrown.InnerException);
        Assert.Equal("body not received", Assert.Single(world.Server.Requests).Answer);
    }

    [Fact]
    public async Task A_disposed_body_reaches_the_caller_as_without_the_chain()
    {
        var content = new StreamContent(new OneShotStream(Bytes(100)));
        content.Dispose();
        using var world = new RetryWorld(script => script.Always(200));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => world.SendAsync(Put(content)));
    }

    [Fact]
    public async Task A_body_that_is_slow_to_come_is_cut_with_its_attempt_and_not_repeated()
    {
        using var world = new RetryWorld(script => script.Always(200), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.SendAsync(Put(new StreamContent(new OneShotStream(Bytes(100), hangAt: 50)))));

        Assert.Equal(TimeSpan.FromSeconds(2), world.Clock.Elapsed);
        Assert.Equal(["body_not_replayable"], world.Suppressed());
    }

    [Fact]
    public async Task No_more_than_the_bound_is_ever_held()
    {
        const int Bound = 64 * 1024;
        var stream = new OneShotStream(Bytes(5_000_000));
        var held = 0;
        using var content = new ReadAheadContent(new StreamContent(stream), Bound);
        using var target = new CountingStream(written => held = Math.Max(held, stream.ReadSoFar - written));

        await content.CopyToAsync(target);

        Assert.Equal(5_000_000, target.Length);
        Assert.Equal(Bound + 1, held);
    }

    private static HttpRequestMessage Put(HttpContent content) => new(HttpMethod.Put, "documents/1") { Content = content };

    private static IAsyncEnumerable<T> Once<T>(params T[] items)
    {
        var channel = Channel.CreateUnbounded<T>();
        Array.ForEach(items, item => channel.Writer.TryWrite(item));
        channel.Writer.Complete();
        return channel.Reader.ReadAllAsync();
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
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("own"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
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
