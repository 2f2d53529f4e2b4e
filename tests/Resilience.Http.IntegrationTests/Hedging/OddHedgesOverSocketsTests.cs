using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.Hedging;

/// <summary>What real connections do to hedged calls. The first send of each path hangs until it is canceled.</summary>
public sealed class OddHedgesOverSocketsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_send_follows_the_redirect_from_the_original_address()
    {
        var asked = new ConcurrentQueue<string>();
        var hangs = new FirstHangs();
        await using var server = await RealServer.StartAsync(async context =>
        {
            asked.Enqueue(context.Request.Path);
            if (context.Request.Path == "/old")
            {
                context.Response.Redirect("/new");
                return;
            }

            await hangs.OnceAsync(context);
        });
        using var client = Client();

        using var response = await client.GetAsync(new Uri(server.Address, "old"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/new", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(["/new", "/new", "/old", "/old"], asked.Order());
    }

    [Fact]
    public async Task Each_send_has_the_cookies_and_the_winner_is_decompressed()
    {
        var cookies = new ConcurrentQueue<string?>();
        var hangs = new FirstHangs();
        await using var server = await RealServer.StartAsync(async context =>
        {
            cookies.Enqueue(context.Request.Headers.Cookie);
            await hangs.OnceAsync(context);
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("decompressed"u8.ToArray());
        });
        var sockets = new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.GZip };
        sockets.CookieContainer.Add(server.Address, new Cookie("session", "42"));
        using var client = Client(sockets);

        Assert.Equal("decompressed", await client.GetStringAsync(server.Address));
        Assert.Equal(["session=42", "session=42"], cookies);
    }

    [Fact]
    public async Task A_slow_body_of_the_winner_is_read_whole_after_the_loser_has_ended()
    {
        var hangs = new FirstHangs();
        var mayGoOn = new TaskCompletionSource();
        await using var server = await RealServer.StartAsync(async context =>
        {
            await hangs.OnceAsync(context);
            await context.Response.WriteAsync("first half, ");
            await context.Response.Body.FlushAsync();
            await mayGoOn.Task;
            await context.Response.WriteAsync("second half");
        });
        using var client = Client();

        using var response = await client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead);
        await hangs.Canceled.WaitAsync(Patience);
        mayGoOn.SetResult();

        Assert.Equal("first half, second half", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_single_connection_is_shared_by_a_send_and_its_hedge()
    {
        await using var server = await RealServer.StartAsync(static context => Task.Delay(50));
        using var client = Client(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 });

        for (var call = 0; call < 20; call++)
        {
            using var response = await client.GetAsync(server.Address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.InRange(server.OpenConnections, 0, 1);
    }

    [Fact]
    public async Task A_client_that_is_disposed_ends_both_sends_at_the_server()
    {
        var both = new CountdownEvent(2);
        var ended = new CountdownEvent(2);
        await using var server = await RealServer.StartAsync(async context =>
        {
            both.Signal();
            await FirstHangs.UntilAbortedAsync(context);
            ended.Signal();
        });
        var client = Client();
        var call = client.GetAsync(server.Address);
        Assert.True(await Task.Run(() => both.Wait(Patience)));

        client.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => call.WaitAsync(Patience));
        Assert.True(await Task.Run(() => ended.Wait(Patience)));
    }

    [Fact]
    public async Task A_loser_over_HTTP_2_ends_its_stream_and_not_the_connection()
    {
        const int calls = 300;
        var hangs = new FirstHangs();
        await using var server = await RealServer.StartAsync(hangs.OnceAsync, HttpProtocols.Http2);
        using var client = Client();
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        for (var call = 0; call < calls; call++)
        {
            using var response = await client.GetAsync(new Uri(server.Address, $"{call}"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_hedge_leaves_a_connection_over_HTTP_2_that_the_server_is_closing()
    {
        var hangs = new FirstHangs();
        await using var server = await RealServer.StartAsync(
            context =>
            {
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(); // Sends GOAWAY.
                return hangs.OnceAsync(context);
            },
            HttpProtocols.Http2);
        using var client = Client();
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        for (var call = 0; call < 10; call++)
        {
            using var response = await client.GetAsync(new Uri(server.Address, $"{call}"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static HttpClient Client(SocketsHttpHandler? sockets = null) => RealClient.Over(sockets, configure: static options =>
    {
        options.Hedging.Enabled = true;
        options.Hedging.Delay = TimeSpan.FromMilliseconds(20);
        options.Hedging.Percentile = 0.5;
        options.Hedging.MaxExtraLoad = 1;
        options.Retry.Budget.Enabled = false;
    });

    private sealed class FirstHangs
    {
        private readonly ConcurrentDictionary<string, bool> _seen = new();
        private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>A send was canceled.</summary>
        public Task Canceled => _canceled.Task;

        public static Task UntilAbortedAsync(HttpContext context) =>
            Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);

        public async Task OnceAsync(HttpContext context)
        {
            if (_seen.TryAdd(context.Request.Path, true))
            {
                await UntilAbortedAsync(context);
                _canceled.TrySetResult();
            }
        }
    }
}
