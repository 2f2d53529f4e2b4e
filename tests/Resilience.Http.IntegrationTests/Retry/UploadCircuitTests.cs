using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Resilience.Http.IntegrationTests.Retry.Uploads;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Uploads that fail without fault of the service do not open its circuit.</summary>
public sealed class UploadCircuitTests
{
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
        using var chain = CreateChain(options => options.Retry.Enabled = false);
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
        using var chain = CreateChain(options => options.Retry.Enabled = false);
        using var client = new HttpClient(chain);
        for (var i = 0; i < 7; i++)
        {
            await Record.ExceptionAsync(
                () => client.PutAsync(server.Address, new OwnContent(static stream => stream.WriteAsync(new byte[20_000_000]).AsTask())));
        }

        Assert.Equal((CircuitState.Closed, 0), State(chain));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task A_body_whose_source_is_too_slow_does_not_count_against_the_service(HttpProtocols protocols)
    {
        await using var server = await RealServer.StartAsync(static async context => await LengthAsync(context), protocols);
        using var chain = CreateChain(static options => options.AttemptTimeout = AttemptTimeout);
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
        using var chain = CreateChain();
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
}
