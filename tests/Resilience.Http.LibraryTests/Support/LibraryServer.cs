using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.LibraryTests.Support;

/// <summary>Kestrel on a loopback port that keeps every request with its whole body before it answers.</summary>
internal sealed class LibraryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Arrival> _arrivals = [];
    private int _count;

    private LibraryServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<Arrival> Arrivals => [.. _arrivals];

    /// <param name="answer">Answers a request; gets its number, from 1 on.</param>
    public static async Task<LibraryServer> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new LibraryServer(builder.Build());
        server._app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            server._arrivals.Enqueue(
                new(http.Request.Method, http.Request.Path, new HeaderDictionary(http.Request.Headers.ToDictionary()), body.ToArray()));
            await answer(Interlocked.Increment(ref server._count), http);
        });
        await server._app.StartAsync();
        server.Address = new Uri(
            server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

internal sealed record Arrival(string Method, string Path, IHeaderDictionary Headers, byte[] Body);
