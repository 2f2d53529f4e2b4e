using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Several hosts of one app in this process, on one virtual clock and one store.</summary>
internal sealed class FleetHosts : IAsyncDisposable
{
    private readonly List<FleetHost> _hosts = [];

    public FleetHosts() => Store = new FaultyStore(new InMemoryFleetStore(Clock));

    public VirtualTimeProvider Clock { get; } = new();

    public FaultyStore Store { get; }

    public async Task<FleetHost> StartAsync(
        Action<ResilientHttpClientOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var host = new FleetHost(this, configure, services);
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>Three hosts, each of which has made one call.</summary>
    public async Task<(FleetHost One, FleetHost Two, FleetHost Three)> ThreeAsync()
    {
        var one = await StartAsync();
        var two = await StartAsync();
        var three = await StartAsync();
        foreach (var host in new[] { one, two, three })
        {
            Assert.True(await host.CallAsync());
        }

        await PassAsync(1);
        return (one, two, three);
    }

    /// <summary>Lets the service fail as often as opens the circuit of each of these hosts.</summary>
    public static async Task OpenAsync(params FleetHost[] hosts)
    {
        foreach (var host in hosts)
        {
            host.IsDown = true;
            await host.CallAsync(times: 5);
        }
    }

    /// <summary>
    /// Lets time pass in small steps, so that each host has its turns. They take place on threads of the pool, which a busy machine may
    /// keep from running: a step of virtual time therefore takes a moment of real time too.
    /// </summary>
    public async Task PassAsync(double seconds)
    {
        for (var step = 0; step < seconds * 100; step++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(10));
            if (step % 10 == 0)
            {
                await Task.Delay(3);
            }
            else
            {
                await Task.Run(static () => { });
            }
        }
    }

    /// <summary>
    /// Lets time pass until the condition holds. How long that takes is for the simulation to show; here the pool takes part, and virtual
    /// time may run ahead of it. On a machine that does much else it gets 30 s.
    /// </summary>
    public async Task PassUntilAsync(Func<bool> condition)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!condition() && TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(30))
        {
            await PassAsync(0.1);
        }

        Assert.True(condition());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }
}

/// <summary>A store that can be taken away.</summary>
internal sealed class FaultyStore(IFleetStore store) : IFleetStore
{
    public volatile bool IsGone;

    public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken) =>
        IsGone ? throw new IOException("connection refused") : store.SyncAsync(sync, cancellationToken);

    public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken) =>
        IsGone ? throw new IOException("connection refused") : store.TryWriteAsync(write, cancellationToken);

    public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken) =>
        IsGone ? throw new IOException("connection refused") : store.GrantAsync(request, cancellationToken);
}

/// <summary>One of the hosts, with a client of the service payments.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly HttpClient _client;
    private int _sent;

    public FleetHost(FleetHosts fleet, Action<ResilientHttpClientOptions>? configure, Action<IServiceCollection>? services)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(fleet.Clock);
        collection.AddLogging(log => log.AddProvider(Logs));
        collection.AddMetrics();
        collection
            .AddResilientHttpClient("payments", options =>
            {
                options.BaseAddress = new("https://payments.internal/");
                options.Retry.Enabled = false;
                options.Fleet.Enabled = true;
                configure?.Invoke(options);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new Answers(this));
        collection.AddResilienceFleet(settings => settings.UseStore(fleet.Store));
        services?.Invoke(collection);
        _services = collection.BuildServiceProvider();
        _client = _services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
    }

    public AppLogs Logs { get; } = new();

    public bool IsDown { get; set; }

    public int Sent => Volatile.Read(ref _sent);

    public IServiceProvider Services => _services;

    public IResilienceFleet Fleet => _services.GetRequiredService<IResilienceFleet>();

    public ICircuitRegistry Circuits => _services.GetRequiredService<ICircuitRegistry>();

    public CircuitSnapshot Circuit => Circuits.Find("payments")!;

    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await ((service as IHostedLifecycleService)?.StartingAsync(default) ?? Task.CompletedTask);
            await service.StartAsync(default);
        }
    }

    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(default);
        }
    }

    /// <returns>Whether they were answered.</returns>
    public async Task<bool> CallAsync(int times = 1)
    {
        var answered = true;
        for (var i = 0; i < times; i++)
        {
            try
            {
                using var response = await _client.GetAsync("balance");
                answered = response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                answered = false;
            }
        }

        return answered;
    }

    public async Task<HealthReportEntry> CheckAsync() =>
        (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["resilience-fleet"];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        await _services.DisposeAsync();
    }

    private sealed class Answers(FleetHost host) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref host._sent);
            return Task.FromResult(new HttpResponseMessage(host.IsDown ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        }
    }
}
