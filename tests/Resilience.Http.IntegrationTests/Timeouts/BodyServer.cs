using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Timeouts;

/// <summary>A real server on loopback whose bodies stall, drip, and end in trailers.</summary>
internal sealed class BodyServer : IAsyncDisposable
{
    /// <summary>How many times ten bytes <c>/drip</c> gives.</summary>
    public const int Drops = 8;

    private readonly WebApplication _app;
    private readonly SemaphoreSlim _drops = new(0);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BodyServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Completes when the server learns that a client has let go of a request that was not over.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>Completes when a request has arrived that gets nothing more.</summary>
    public Task Hanging => _hanging.Task;

    /// <summary>Lets the next ten bytes of <c>/drip</c> go.</summary>
    public void Drip() => _drops.Release();

    public static async Task<BodyServer> StartAsync(HttpProtocols protocol)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocol));
        var server = new BodyServer(builder.Build());
        server.Map();
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.MapGet("/hang", HangAsync);
        _app.MapGet("/stall", async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("12345");
            await context.Response.Body.FlushAsync();
            await HangAsync(context);
        });
        _app.MapGet("/drip", async context =>
        {
            await context.Response.Body.FlushAsync(); // the headers
            for (var i = 0; i < Drops; i++)
            {
                await _drops.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("0123456789");
                await context.Response.Body.FlushAsync();
            }
        });
        _app.MapGet("/whole", async context =>
        {
            context.Response.ContentLength = 10;
            context.Response.Headers.ContentLanguage = "de, en";
            await context.Response.WriteAsync("0123456789");
        });
        _app.MapGet("/trailers", async context =>
        {
            context.Response.DeclareTrailer("X-Checksum");
            await context.Response.WriteAsync("0123456789");
            context.Response.AppendTrailer("X-Checksum", "42");
        });
        _app.MapGet("/gzip", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var body = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await body.WriteAsync("0123456789"u8.ToArray());
        });
    }

    private async Task HangAsync(HttpContext context)
    {
        _hanging.TrySetResult();
        // No time is waited for: it ends when the client lets go.
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _aborted.TrySetResult();
    }
}
