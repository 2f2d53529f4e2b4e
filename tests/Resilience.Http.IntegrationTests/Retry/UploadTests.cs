using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Resilience.Http.IntegrationTests.Retry.Uploads;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>What only sockets show about request bodies: early answers, servers that stop reading, pauses, duplex streams.</summary>
public sealed class UploadTests
{
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
        using var chain = CreateChain(static options => options.AttemptTimeout = AttemptTimeout);
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
}
