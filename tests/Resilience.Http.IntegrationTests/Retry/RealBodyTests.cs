using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.IntegrationTests.Retry;

public sealed class RealBodyTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task A_body_read_once_is_replayed_byte_for_byte(HttpProtocols protocols, bool synchronous)
    {
        var body = Bytes(60_000);
        await using var server = await HashingServer.StartAsync(protocols, failures: 2);
        using var client = RealClient.Over();
        using var request = Put(server.Address, OneShot(body), protocols);

        using var response = synchronous ? client.Send(request) : await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Enumerable.Repeat(Hash(body), 3), server.Hashes);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_body_above_the_bound_arrives_whole_once(HttpProtocols protocols)
    {
        var body = Bytes(5_000_000);
        await using var server = await HashingServer.StartAsync(protocols, failures: 1);
        using var client = RealClient.Over();
        using var request = Put(server.Address, OneShot(body), protocols);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal([Hash(body)], server.Hashes);
    }

    [Fact]
    public async Task A_body_read_once_is_still_sent_to_its_end_before_the_call_ends()
    {
        // HTTP/2 may answer while the body is under way. HttpClient waits for the end of a StreamContent, and so it must for its stand-in:
        // a caller who disposes the response would cut the upload.
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await RealServer.StartAsync(
            async context =>
            {
                await context.Response.StartAsync();
                answered.SetResult();
                await context.Request.Body.CopyToAsync(Stream.Null);
            },
            HttpProtocols.Http2);
        using var client = RealClient.Over();
        var stream = new SlowStream(Bytes(5_000_000), answered.Task);
        using var request = Put(server.Address, new StreamContent(stream), HttpProtocols.Http2);

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.True(stream.IsAtEnd);
    }

    [Fact]
    public async Task Uploads_that_browsers_abort_do_not_count_against_the_service_behind_a_gateway()
    {
        await using var payments = await RealServer.StartAsync(static context => context.Request.Body.CopyToAsync(Stream.Null));
        using var chain = ResilientHttpHandler.Create("payments", new(), new SocketsHttpHandler { UseProxy = false });
        using var client = new HttpClient(chain);
        using var began = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        await using var gateway = await RealServer.StartAsync(async context =>
        {
            began.Release();
            try
            {
                using var response = await client.PostAsync(payments.Address, new StreamContent(context.Request.Body));
            }
            catch (HttpRequestException)
            {
                ended.Release();
            }
        });

        for (var i = 0; i < 8; i++)
        {
            using var browser = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await browser.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
            await browser.SendAsync(
                Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n{new string('x', 70_000)}"));
            await began.WaitAsync();
            browser.LingerState = new LingerOption(enable: true, seconds: 0); // It is gone without a word: a reset, not an end.
            browser.Close();
            await ended.WaitAsync();
        }

        var circuit = chain.Circuits.Find("payments");
        Assert.Equal((CircuitState.Closed, 0), (circuit?.State, circuit?.ConsecutiveFailures));
    }

    private static StreamContent OneShot(byte[] body)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        pipe.Writer.Write(body);
        pipe.Writer.Complete();
        return new StreamContent(pipe.Reader.AsStream());
    }

    private static HttpRequestMessage Put(Uri address, HttpContent content, HttpProtocols protocols) => new(HttpMethod.Put, address)
    {
        Content = content,
        Version = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static string Hash(byte[] body) => Convert.ToHexString(SHA256.HashData(body));

    /// <summary>Hashes each body it gets, and answers 503 so many times.</summary>
    private sealed class HashingServer : IAsyncDisposable
    {
        private RealServer _server = null!;

        public ConcurrentQueue<string> Hashes { get; } = new();

        public Uri Address => _server.Address;

        public static async Task<HashingServer> StartAsync(HttpProtocols protocols, int failures)
        {
            var hashing = new HashingServer();
            hashing._server = await RealServer.StartAsync(
                async context =>
                {
                    hashing.Hashes.Enqueue(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body)));
                    context.Response.StatusCode = hashing.Hashes.Count <= failures ? 503 : 200;
                },
                protocols);
            return hashing;
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }

    /// <summary>Can be read once: the first part at once, the rest when the server has answered, in small pieces.</summary>
    private sealed class SlowStream(byte[] bytes, Task answered) : MemoryStream(bytes)
    {
        public bool IsAtEnd { get; private set; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > 100_000)
            {
                await answered;
                await Task.Yield();
            }

            var read = Read(buffer.Span[..Math.Min(buffer.Length, 1000)]);
            IsAtEnd = read == 0;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
