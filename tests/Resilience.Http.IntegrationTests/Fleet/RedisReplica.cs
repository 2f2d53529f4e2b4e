using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>One replica of an app over a real server; the service that it calls is in memory.</summary>
internal sealed class RedisReplica : IAsyncDisposable, ILoggerProvider, ILogger
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _events = new();
    private readonly IHost _host;
    private readonly HttpClient _client;
    private int _sent;

    private RedisReplica(string redis, Action<ResilientHttpClientOptions>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "orders" });
        builder.Logging.AddProvider(this);
        builder.Services
            .AddResilientHttpClient("payments", options =>
            {
                options.BaseAddress = new("https://payments.internal/");
                options.Retry.Enabled = false;
                options.Fleet.Enabled = true;
                configure?.Invoke(options);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new Answers(this));
        builder.Services.AddResilienceFleet(fleet => fleet.UseRedis(redis));
        _host = builder.Build();
        _client = _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
    }

    public bool IsDown { get; set; }

    public int Failed { get; private set; }

    /// <summary>What reached the service.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public CircuitState State => _host.Services.GetRequiredService<ICircuitRegistry>().Find("payments")!.State;

    public IReadOnlyList<CircuitSnapshot> Circuits => _host.Services.GetRequiredService<ICircuitRegistry>().GetAll();

    public IResilienceFleet Fleet => _host.Services.GetRequiredService<IResilienceFleet>();

    public bool IsConnected => Fleet.GetStatus().IsConnected;

    public static async Task<RedisReplica> StartAsync(string redis, Action<ResilientHttpClientOptions>? configure = null)
    {
        var replica = new RedisReplica(redis, configure);
        await replica._host.StartAsync();
        return replica;
    }

    public int Logged(string name) => _events.Count(each => each == name);

    public async Task CallAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                using var response = await _client.GetAsync("balance");
                Failed += response.IsSuccessStatusCode ? 0 : 1;
            }
            catch (HttpRequestException)
            {
                Failed++;
            }
        }
    }

    /// <summary>Calls at a steady pace until the condition holds.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> CallUntilAsync(Func<bool> condition)
    {
        var from = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(from) < Longest,
                $"It did not happen within 30 s: {Fleet.GetStatus()} {string.Join(", ", Fleet.GetStatus().Circuits)}");
            await CallAsync();
            await pace.WaitForNextTickAsync();
        }

        return TimeProvider.System.GetElapsedTime(from);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _client.Dispose();
        _host.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _events.Enqueue(eventId.Name ?? "");

    private sealed class Answers(RedisReplica replica) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref replica._sent);
            return Task.FromResult(new HttpResponseMessage(replica.IsDown ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
        }
    }
}
