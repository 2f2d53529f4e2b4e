using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.IntegrationTests.Retry;

public sealed class RealWebSocketTests
{
    [Fact]
    public async Task A_WebSocket_over_HTTP2_is_opened_again_after_a_503()
    {
        var requests = 0;
        await using var server = await RealServer.StartAsync(
            async context =>
            {
                var connect = context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>();
                if (Interlocked.Increment(ref requests) == 1)
                {
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    return;
                }

                Assert.Equal("websocket", connect.Protocol);
                await using var stream = await connect.AcceptAsync();
                using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
            },
            HttpProtocols.Http2);
        var options = new ResilientHttpClientOptions();
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
        using var chain = new HttpMessageInvoker(ResilientHttpHandler.Create("feed", options, new SocketsHttpHandler { UseProxy = false }));
        using var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await client.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws" }.Uri, chain, CancellationToken.None);
        var closed = await client.ReceiveAsync(new ArraySegment<byte>(new byte[16]), CancellationToken.None);

        Assert.Equal((2, WebSocketMessageType.Close, "bye"), (requests, closed.MessageType, closed.CloseStatusDescription));
    }
}
