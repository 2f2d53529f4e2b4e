using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.LibraryTests.Support;

/// <summary>A server, and an app with the resilient client "payments" that calls it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly ServiceProvider _app;

    private Bench(LibraryServer server, ServiceProvider app) => (Server, _app) = (server, app);

    public LibraryServer Server { get; }

    public AppLog Log { get; private init; } = null!;

    public IServiceProvider App => _app;

    public HttpClient Client => App.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    public HttpMessageHandler Handler => App.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments");

    public static async Task<Bench> StartAsync(
        Func<int, HttpContext, Task> answer,
        Func<IServiceCollection, Uri, IHttpClientBuilder> register,
        Action<ResilientHttpClientOptions>? configure)
    {
        var server = await LibraryServer.StartAsync(answer);
        var services = new ServiceCollection();
        register(services, server.Address).AddResilience(configure ?? (static _ => { }));
        var log = new AppLog();
        services.AddLogging(logging => logging.AddProvider(log));
        return new Bench(server, services.BuildServiceProvider()) { Log = log };
    }

    /// <summary>The client as most libraries take it.</summary>
    public static IHttpClientBuilder Plain(IServiceCollection services, Uri address) =>
        services.AddHttpClient("payments", client => client.BaseAddress = address);

    public void Isolate()
    {
        _ = Handler; // A circuit exists from the first creation of its client on.
        App.GetRequiredService<ICircuitRegistry>().Isolate("payments", "a test");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Server.DisposeAsync();
    }
}
