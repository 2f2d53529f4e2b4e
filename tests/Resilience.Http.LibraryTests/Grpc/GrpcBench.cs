using System.Net;
using Grpc.Net.ClientFactory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>The real Grpc.AspNetCore on Kestrel, and the real Grpc.Net.Client on the resilient client "greeter".</summary>
internal sealed class GrpcBench : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ServiceProvider _app;

    private GrpcBench(WebApplication server, ServiceProvider app) => (_server, _app) = (server, app);

    public GreeterScript Script => _server.Services.GetRequiredService<GreeterScript>();

    public IServiceProvider App => _app;

    public Greeter.GreeterClient Client => _app.GetRequiredService<Greeter.GreeterClient>();

    public AppLog Log { get; private init; } = null!;

    public ICircuitRegistry Circuits => _app.GetRequiredService<ICircuitRegistry>();

    public static async Task<GrpcBench> StartAsync(
        Action<ResilientHttpClientOptions>? configure = null,
        Action<IHttpClientBuilder>? add = null,
        Action<GrpcClientFactoryOptions>? grpc = null)
    {
        var server = await ServerAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var services = new ServiceCollection();
        var client = services.AddGrpcClient<Greeter.GreeterClient>("greeter", options =>
        {
            options.Address = new Uri(address);
            grpc?.Invoke(options);
        });
        client.AddResilience(options =>
        {
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
            configure?.Invoke(options);
        });
        add?.Invoke(client);
        var log = new AppLog();
        services.AddLogging(logging => logging.AddProvider(log));
        return new GrpcBench(server, services.BuildServiceProvider()) { Log = log };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private static async Task<WebApplication> ServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<GreeterScript>();
        var server = builder.Build();
        server.MapGrpcService<GreeterService>();
        await server.StartAsync();
        return server;
    }
}
