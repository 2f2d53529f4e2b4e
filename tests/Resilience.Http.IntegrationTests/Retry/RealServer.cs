using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Kestrel on a loopback port; counts its connections.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;
    private int _open;

    private RealServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The connections that are open now.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    public static async Task<RealServer> StartAsync(RequestDelegate handle, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        RealServer? server = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                listen.Use(next => async connection =>
                {
                    Interlocked.Increment(ref server!._connections);
                    Interlocked.Increment(ref server._open);
                    try
                    {
                        await next(connection);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref server._open);
                    }
                });
            });
        });
        server = new RealServer(builder.Build());
        server._app.Run(handle);
        await server._app.StartAsync();
        server.Address = new Uri(
            server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
