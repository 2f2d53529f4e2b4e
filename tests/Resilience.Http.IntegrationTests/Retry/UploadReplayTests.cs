using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Resilience.Http.IntegrationTests.Retry.Uploads;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Which bodies are sent again over real sockets, and which one attempt has used up.</summary>
public sealed class UploadReplayTests
{
    private static readonly Dictionary<string, Func<HttpContent>> Contents = new()
    {
        ["bytes"] = () => new ByteArrayContent([1]),
        ["long bytes"] = () => new ByteArrayContent(new byte[1_000_000]),
        ["json"] = () => JsonContent.Create(new { amount = 42 }),
        ["json of items that come once"] = () => JsonContent.Create(Items()),
        ["stream read once"] = () => new StreamContent(new PipedStream(new byte[100_000])),
        ["parts with a stream read once"] = () =>
            new MultipartFormDataContent { { new StreamContent(new PipedStream(new byte[100_000])), "file" } },
        ["own"] = () => new OwnContent(static stream => stream.WriteAsync(new byte[10]).AsTask()),
    };

    public static TheoryData<string> Names => [.. Contents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_refused_connection_is_tried_again_with_every_content(string name)
    {
        using var port = new DeadPort();
        var sends = new CountingHandler();
        using var client = RealClient.Over(inside: sends);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(port.Address, Contents[name]()));

        Assert.Equal(4, sends.Count);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_stream_that_was_already_sent_throws_and_never_arrives_empty(HttpProtocols protocols)
    {
        var received = new ConcurrentQueue<long>();
        await using var server = await RealServer.StartAsync(async context => received.Enqueue(await LengthAsync(context)), protocols);
        using var client = RealClient.Over();
        using var plain = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var content = new StreamContent(new PipedStream(new byte[1000]));
        await content.CopyToAsync(Stream.Null); // A handler outside that audits it.

        var expected = await Record.ExceptionAsync(() => plain.SendAsync(Request(server.Address, content, protocols)));
        var actual = await Record.ExceptionAsync(() => client.SendAsync(Request(server.Address, content, protocols)));

        Assert.Equal(expected?.GetType(), actual?.GetType());
        Assert.IsType<InvalidOperationException>(actual?.GetBaseException());
        Assert.Empty(received);
    }

    [Fact]
    public async Task A_disposed_body_reaches_the_caller_as_without_the_chain()
    {
        await using var server = await RealServer.StartAsync(static _ => Task.CompletedTask);
        using var client = RealClient.Over();
        var content = new StreamContent(new PipedStream(new byte[10]));
        content.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PutAsync(server.Address, content));
    }

    [Theory]
    [InlineData("own", "PUT", true)]
    [InlineData("own", "POST", true)]
    [InlineData("stream read once", "PUT", true)]
    [InlineData("stream read once", "POST", false)]
    public async Task A_redirect_that_keeps_the_body_sends_it_whole_or_fails(string content, string method, bool arrives)
    {
        var received = new ConcurrentQueue<long>();
        await using var server = await RealServer.StartAsync(async context =>
        {
            received.Enqueue(await LengthAsync(context));
            if (context.Request.Path == "/")
            {
                context.Response.Redirect("/other", permanent: false, preserveMethod: true);
            }
        });
        using var client = RealClient.Over();
        HttpContent body = content == "own" ? Contents[content]() : new StreamContent(new PipedStream(new byte[10]));
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address) { Content = body };

        var thrown = await Record.ExceptionAsync(() => client.SendAsync(request));

        Assert.Equal(arrives ? [10, 10] : [10], received);
        Assert.Equal(arrives, thrown is null);
    }

    private static async IAsyncEnumerable<int> Items()
    {
        yield return 1;
        await Task.Yield();
        yield return 2;
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
