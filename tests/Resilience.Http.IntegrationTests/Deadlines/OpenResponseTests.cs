using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Resilience.Http.Deadlines;

namespace Resilience.Http.IntegrationTests.Deadlines;

/// <summary>What stays open after its response has begun, and endpoints that opted out, on real connections.</summary>
public sealed class OpenResponseTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.UseRequestDeadline();
        _app.Map("/socket", SocketAsync);
        _app.MapGet("/events", EventsAsync);
        _app.MapGet("/plain", static () => State());
        _app.MapGet("/flushed", FlushedAsync);
        _app.MapGet("/free", static () => State()).DisableRequestDeadline();
        _app.MapGet("/attribute", [DisableRequestDeadline] static () => State());
        _app.MapGroup("/group").DisableRequestDeadline().MapGet("/free", static () => State());
        await _app.StartAsync();
        _address = new Uri(_app.Urls.Last());
    }

    [Theory]
    [InlineData("/plain", "bound")]
    [InlineData("/free", "free")]
    [InlineData("/attribute", "free")]
    [InlineData("/group/free", "free")]
    [InlineData("/flushed", "bound bound")]
    [InlineData("/events", "data: bound\n\ndata: free\n\n")]
    public async Task An_answer_says_whether_it_was_bound(string path, string expected)
    {
        using var client = new HttpClient { BaseAddress = _address };
        client.DefaultRequestHeaders.Add("X-Deadline-Ms", "60000");

        Assert.Equal(expected, await client.GetStringAsync(new Uri(path, UriKind.Relative)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_WebSocket_has_no_deadline_once_it_is_open(int version)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Deadline-Ms", "60000");
        socket.Options.HttpVersion = new Version(version, version % 2);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = version == 2 ? new Uri(_app.Urls.First()) : _address;

        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/socket" }.Uri, invoker, CancellationToken.None);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Assert.Equal("bound free", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string State() => AmbientDeadline.Current is null ? "free" : "bound";

    private static async Task SocketAsync(HttpContext context)
    {
        var before = State();
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var text = Encoding.UTF8.GetBytes($"{before} {State()}");
        await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    private static async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {State()}\n\n");
        await context.Response.Body.FlushAsync();
        await context.Response.WriteAsync($"data: {State()}\n\n");
    }

    private static async Task FlushedAsync(HttpContext context)
    {
        await context.Response.WriteAsync($"{State()} ");
        await context.Response.Body.FlushAsync();
        await context.Response.WriteAsync(State());
    }
}
