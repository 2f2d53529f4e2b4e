using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>What only sockets show about request bodies: early answers, servers that stop reading, pauses, duplex streams.</summary>
public sealed class UploadTests
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1);

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
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task An_early_413_to_large_uploads_does_not_open_the_circuit(HttpProtocols protocols)
    {
        await using var server = await RealServer.StartAsync(
            context =>
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return Task.CompletedTask;
            },
            protocols);
        using var chain = Chain(options => options.Retry.Enabled = false);
        using var client = new HttpClient(chain);
        for (var i = 0; i < 7; i++)
        {
            // HttpClient reads the answer, or finds that it cannot write: which of the two is a matter of luck.
            await Record.ExceptionAsync(
                () => client.SendAsync(Request(server.Address, new ByteArrayContent(new byte[20_000_000]), protocols)));
        }

        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Fact]
    public async Task A_connection_reset_in_mid_upload_does_not_open_the_circuit()
    {
        await using var server = new RawServer(async (connection, cancellationToken) =>
        {
            await RawServer.ReadHeadAsync(connection, cancellationToken);
            await RawServer.SendAsync(connection, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", cancellationToken);
            RawServer.Reset(connection);
        });
        using var chain = Chain(options => options.Retry.Enabled = false);
        using var client = new HttpClient(chain);
        for (var i = 0; i < 7; i++)
        {
            await Record.ExceptionAsync(
                () => client.PutAsync(server.Address, new OwnContent(static stream => stream.WriteAsync(new byte[20_000_000]).AsTask())));
        }

        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Fact]
    public async Task With_Expect_100_continue_an_early_413_is_an_answer_and_nothing_is_uploaded()
    {
        await using var server = await RealServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        });
        using var client = RealClient.Over();
        var stream = new PipedStream(new byte[1_000_000]);
        using var request = Request(server.Address, new StreamContent(stream), HttpProtocols.Http1);
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(0, stream.Position);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_stops_reading_is_cut_after_the_attempt_timeout(bool inMemory)
    {
        await using var server = new RawServer(async (connection, cancellationToken) =>
        {
            await RawServer.ReadHeadAsync(connection, cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var chain = Chain(static options => options.AttemptTimeout = AttemptTimeout);
        using var client = new HttpClient(chain);
        var bytes = new byte[50_000_000];

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => client.PostAsync(server.Address, inMemory ? new ByteArrayContent(bytes) : new StreamContent(new PipedStream(bytes))));

        Assert.Contains("took no more of the request body within the AttemptTimeout of 1 s", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((CircuitState.Closed, 1), State(chain));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_steady_upload_longer_than_the_attempt_timeout_is_not_cut(HttpProtocols protocols)
    {
        long received = 0;
        await using var server = await RealServer.StartAsync(async context => received = await LengthAsync(context), protocols);
        using var client = RealClient.Over(configure: static options => options.AttemptTimeout = AttemptTimeout);
        using var request = Request(
            server.Address, new StreamContent(new PipedStream(new byte[12_000], TimeSpan.FromMilliseconds(200))), protocols);

        using var response = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, 12_000), (response.StatusCode, received));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_body_whose_source_is_too_slow_does_not_count_against_the_service(HttpProtocols protocols)
    {
        await using var server = await RealServer.StartAsync(static async context => await LengthAsync(context), protocols);
        using var chain = Chain(static options => options.AttemptTimeout = AttemptTimeout);
        using var client = new HttpClient(chain);
        var content = new StreamContent(new PipedStream(new byte[2000], TimeSpan.FromSeconds(10)));

        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => client.SendAsync(Request(server.Address, content, protocols)));

        Assert.Contains("gave no more bytes within the AttemptTimeout of 1 s", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "throws")]
    [InlineData(HttpProtocols.Http2, "throws")]
    [InlineData(HttpProtocols.Http1, "too short")]
    [InlineData(HttpProtocols.Http1, "too long")]
    public async Task A_body_that_fails_by_itself_does_not_count_against_the_service(HttpProtocols protocols, string how)
    {
        await using var server = await RealServer.StartAsync(static async context => await LengthAsync(context), protocols);
        using var chain = Chain();
        using var client = new HttpClient(chain);
        for (var i = 0; i < 7; i++)
        {
            var content = new OwnContent(async stream =>
            {
                await stream.WriteAsync(new byte[10_000]);
                if (how == "throws")
                {
                    throw new IOException("The client reset the request stream.", new SocketException((int)SocketError.ConnectionReset));
                }
            });
            content.Headers.ContentLength = how switch
            {
                "too short" => 20_000,
                "too long" => 5_000,
                _ => null,
            };
            await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(Request(server.Address, content, protocols)));
        }

        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Theory]
    [InlineData("its length")]
    [InlineData("a handler that signs it")]
    public async Task A_body_that_cannot_be_read_does_not_count_against_the_service(string asks)
    {
        await using var server = await RealServer.StartAsync(static async context => await LengthAsync(context));
        using var chain = ResilientHttpHandler.Create(
            "files", new(), new SigningHandler { InnerHandler = new SocketsHttpHandler { UseProxy = false } });
        using var client = new HttpClient(chain);
        for (var i = 0; i < 7; i++)
        {
            using var content = new StreamContent(new LostStream(canSeek: asks == "its length"));
            using var request = new HttpRequestMessage(HttpMethod.Put, server.Address) { Content = content };
            await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(request));
        }

        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_duplex_stream_echoes_message_by_message_as_without_the_chain(bool throughTheChain)
    {
        await using var server = await RealServer.StartAsync(
            async context =>
            {
                await context.Response.Body.FlushAsync();
                await context.Request.Body.CopyToAsync(context.Response.Body);
            },
            HttpProtocols.Http2);
        using var client = throughTheChain ? RealClient.Over() : new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var messages = System.Threading.Channels.Channel.CreateUnbounded<string>();
        using var request = Request(
            server.Address,
            new OwnContent(async stream =>
            {
                await stream.FlushAsync();
                await foreach (var message in messages.Reader.ReadAllAsync())
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(message));
                    await stream.FlushAsync();
                }
            }),
            HttpProtocols.Http2);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var answers = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[5];
        foreach (var message in (string[])["first", "other", "third"])
        {
            await messages.Writer.WriteAsync(message);
            await answers.ReadExactlyAsync(buffer);
            Assert.Equal(message, Encoding.UTF8.GetString(buffer));
        }

        messages.Writer.Complete();
        Assert.Equal(0, await answers.ReadAsync(buffer));
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

    private static ResilientHttpHandler Chain(Action<ResilientHttpClientOptions>? configure = null)
    {
        var options = new ResilientHttpClientOptions();
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
        configure?.Invoke(options);
        return ResilientHttpHandler.Create("files", options, new SocketsHttpHandler { UseProxy = false });
    }

    private static (CircuitState State, int ConsecutiveFailures) State(ResilientHttpHandler chain)
    {
        var circuit = Assert.Single(chain.Circuits.GetAll());
        return (circuit.State, circuit.ConsecutiveFailures);
    }

    private static HttpRequestMessage Request(Uri address, HttpContent content, HttpProtocols protocols) => new(HttpMethod.Put, address)
    {
        Content = content,
        Version = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static async Task<long> LengthAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.Length;
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

    private sealed class SigningHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (await request.Content!.ReadAsStreamAsync(cancellationToken) is { CanSeek: false } body)
            {
                await body.CopyToAsync(Stream.Null, cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A file on a share whose connection is gone.</summary>
    private sealed class LostStream(bool canSeek) : MemoryStream
    {
        public override bool CanSeek => canSeek;

        public override long Length => throw Gone();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw Gone();

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw Gone();

        private static IOException Gone() =>
            new("The specified network name is no longer available.", new SocketException((int)SocketError.ConnectionReset));
    }

    private sealed class OwnContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Can be read once; with a pause, in pieces of 1,000 bytes.</summary>
    private sealed class PipedStream(byte[] bytes, TimeSpan pause = default) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (pause == default)
            {
                return Read(buffer.Span);
            }

            await Task.Delay(pause, cancellationToken);
            return Read(buffer.Span[..Math.Min(1000, buffer.Length)]);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            int read;
            while ((read = await ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
