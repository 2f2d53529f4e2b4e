using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>One replica of an app: a host of its own with a client of its own, which calls the service at a steady rate.</summary>
internal sealed class ReplicaHost : IAsyncDisposable, ILoggerProvider, ILogger
{
    public const string PathWithFleet = "fleet";

    private const string Client = "service";
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1) / 20;
    private static readonly TimeSpan Rare = TimeSpan.FromSeconds(1);

    private readonly int _number;
    private readonly bool _withFleet;
    private readonly ReplicaJournal _journal;
    private readonly PeriodicTimer _pace = new(Usual);
    private readonly IHost _host;
    private HttpClient? _client;
    private Task _calling = Task.CompletedTask;

    /// <param name="number">Its number.</param>
    /// <param name="service">The address of the service.</param>
    /// <param name="store">The address of the store; <see langword="null"/> for a replica without the fleet.</param>
    /// <param name="journal">Where its events and calls go.</param>
    public ReplicaHost(int number, string service, string? store, ReplicaJournal journal)
    {
        (_number, _withFleet, _journal) = (number, store is not null, journal);
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "replica" });
        builder.Logging.AddProvider(this);
        builder.Services.AddResilientHttpClient(Client, options =>
        {
            options.BaseAddress = new($"{service}/{(store is null ? "alone" : PathWithFleet)}/");
            options.Retry.Enabled = false; // A call is one request, so that arrivals can be counted.
            options.Fleet.Enabled = store is not null;
        });
        if (store is not null)
        {
            builder.Services.AddResilienceFleet(fleet => fleet.UseRedis(store));
        }

        _host = builder.Build();
    }

    public bool IsRare
    {
        set => _pace.Period = value ? Rare : Usual;
    }

    public async Task StartAsync()
    {
        await _host.StartAsync();
        _client = _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        _host.Services.GetRequiredService<ICircuitRegistry>().Transitioned += transition =>
            _journal.Add(new(_withFleet, _number, $"{transition.To}", FleetClock.Now));
    }

    public void BeginToCall() => _calling = CallAtPaceAsync();

    public async Task StopAsync()
    {
        _pace.Dispose();
        await _calling;
        await _host.StopAsync();
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name is "StoreLost" or "StoreBack")
        {
            _journal.Add(new(_withFleet, _number, eventId.Name, FleetClock.Now));
        }
    }

    /// <summary>Calls are started on time, whether the ones before them have ended or not.</summary>
    private async Task CallAtPaceAsync()
    {
        await Task.Delay(Usual * Random.Shared.NextDouble());
        List<Task> running = [];
        while (await _pace.WaitForNextTickAsync())
        {
            running.RemoveAll(static call => call.IsCompleted);
            running.Add(CallAsync());
        }

        await Task.WhenAll(running);
    }

    private async Task CallAsync()
    {
        var phase = _journal.Phase;
        var begin = Stopwatch.GetTimestamp();
        var failed = true;
        try
        {
            using var response = await _client!.GetAsync(default(Uri));
            failed = !response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Refused by the circuit, or not answered.
        }

        _journal.Add(_withFleet, phase, failed, Stopwatch.GetElapsedTime(begin));
    }
}
