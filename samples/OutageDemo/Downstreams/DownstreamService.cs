using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OutageDemo.Downstreams;

/// <summary>
/// A service that the API calls: its own Kestrel host on loopback, with a fault that can be switched while it runs.
/// </summary>
internal sealed class DownstreamService : IAsyncDisposable
{
    private readonly Action<IEndpointRouteBuilder> _endpoints;
    private readonly HttpProtocols _protocols;
    private readonly FaultInjector _injector;
    private readonly SemaphoreSlim _switching = new(1, 1);
    private WebApplication? _host;
    private Socket? _reservation;
    private FaultSetting _fault = FaultSetting.Ok;

    private DownstreamService(
        string name, Action<IEndpointRouteBuilder> endpoints, HttpProtocols protocols, TimeProvider clock, Func<double> chance)
    {
        Name = name;
        Arrivals = new Arrivals(name);
        _endpoints = endpoints;
        _protocols = protocols;
        _injector = new FaultInjector(clock, chance);
    }

    public string Name { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1:0/");

    public Arrivals Arrivals { get; }

    public FaultSetting Fault => Volatile.Read(ref _fault);

    /// <param name="name">Its name.</param>
    /// <param name="endpoints">What it answers when it is healthy.</param>
    /// <param name="port">The port on loopback, or 0 for a free one.</param>
    /// <param name="protocols">HTTP/1.1, or HTTP/2 without TLS, which a client must know beforehand.</param>
    /// <param name="clock">The clock of a slow answer.</param>
    /// <param name="chance">Draws from [0, 1) for a flaky service.</param>
    public static async Task<DownstreamService> StartAsync(
        string name,
        Action<IEndpointRouteBuilder> endpoints,
        int port = 0,
        HttpProtocols protocols = HttpProtocols.Http1,
        TimeProvider? clock = null,
        Func<double>? chance = null)
    {
        var service = new DownstreamService(name, endpoints, protocols, clock ?? TimeProvider.System, chance ?? Random.Shared.NextDouble);
        await service.ListenAsync(port);
        return service;
    }

    /// <summary>
    /// Takes effect for every request that arrives after it. <see cref="Downstreams.Fault.Stopped"/> also cuts the requests under way.
    /// </summary>
    public async Task SwitchAsync(FaultSetting fault)
    {
        await _switching.WaitAsync();
        try
        {
            if (fault.Fault == Downstreams.Fault.Stopped)
            {
                await StopListeningAsync();
                Volatile.Write(ref _fault, fault);
                return;
            }

            var before = Fault;
            Volatile.Write(ref _fault, fault); // first, so that a service which comes back meets its first request with it
            try
            {
                await ListenAsync(Address.Port);
            }
            catch
            {
                Volatile.Write(ref _fault, before);
                throw;
            }
        }
        finally
        {
            _switching.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        _reservation?.Dispose();
        _switching.Dispose();
    }

    private async Task ListenAsync(int port)
    {
        if (_host is not null)
        {
            return;
        }

        _reservation?.Dispose();
        _reservation = null;
        var host = await BuildUnseenAsync(port);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        _host = host;
        Address = new Uri(host.Urls.Single() + "/");
    }

    /// <summary>
    /// Tools that run an app up to its host (WebApplicationFactory, OpenAPI at build time) take the first one built in the flow of
    /// Program.cs. That must be the host of the API.
    /// </summary>
    private Task<WebApplication> BuildUnseenAsync(int port)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => Build(port));
        }
    }

    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = _protocols);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, HostWithoutSignals>();

        var host = builder.Build();
        host.Use(async (context, next) =>
        {
            Arrivals.Record(context.Request);
            await _injector.InvokeAsync(context, Fault, next);
        });
        _endpoints(host);
        return host;
    }

    /// <summary>
    /// Closes the listening socket and resets its connections, as a killed process does. A bound socket that does not listen keeps
    /// the port: connections are refused, and the system does not give the port away.
    /// </summary>
    private async Task StopListeningAsync()
    {
        if (_host is null)
        {
            return;
        }

        await _host.StopAsync(new CancellationToken(canceled: true));
        await _host.DisposeAsync();
        _host = null;
        _reservation = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _reservation.Bind(new IPEndPoint(IPAddress.Loopback, Address.Port));
    }

    /// <summary>Leaves Ctrl+C and SIGTERM to the host of the API.</summary>
    private sealed class HostWithoutSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
