using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Benchmarks.Fleet.Quota;

/// <summary>One replica: a host of its own whose client shares the quota, and calls that come at random at its part of the load.</summary>
internal sealed class QuotaReplica : IAsyncDisposable, ILoggerProvider, ILogger
{
    private const string Client = "service";

    private readonly double _weight;
    private readonly Random _random;
    private readonly IHost _host;
    private readonly ConcurrentQueue<double> _sends = new();
    private readonly ConcurrentQueue<QuotaCall> _calls = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile string _phase = "";
    private int _warnings;
    private double _load;
    private HttpClient? _client;
    private Task _calling = Task.CompletedTask;

    public QuotaReplica(int number, double weight, string service, string store)
    {
        (_weight, _random) = (weight, new Random(number));
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "quota" });
        builder.Logging.AddProvider(this);
        builder.Services
            .AddResilientHttpClient(Client, options =>
            {
                options.BaseAddress = new(service);
                options.Retry.Enabled = false;
                options.RateLimit.Enabled = true;
                options.RateLimit.Permits = QuotaCommand.Permits;
                options.RateLimit.Scope = HttpRateLimitScope.Fleet;
                options.RateLimit.QueueLimit = 50;
            })
            .AddHttpMessageHandler(() => new SendTimes(_sends));
        builder.Services.AddResilienceFleet(fleet => fleet.UseRedis(store));
        _host = builder.Build();
    }

    public IEnumerable<double> Sends => _sends;

    public IEnumerable<QuotaCall> Calls => _calls;

    /// <summary>How often it logged that the store is lost.</summary>
    public int Warnings => _warnings;

    public void Load(string phase, double perSecond) => (_phase, _load) = (phase, perSecond * _weight);

    public async Task StartAsync()
    {
        await _host.StartAsync();
        _client = _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        _calling = CallAtRandomAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _calling;
        await _host.StopAsync();
        _client?.Dispose();
        _host.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == "QuotaStoreLost")
        {
            Interlocked.Increment(ref _warnings);
        }
    }

    private async Task CallAtRandomAsync()
    {
        List<Task> running = [];
        var next = UnixClock.Now;
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(5);
            for (next = Math.Max(next, UnixClock.Now - 1000); _load > 0 && next <= UnixClock.Now;)
            {
                running.Add(CallAsync());
                next -= Math.Log(1 - _random.NextDouble()) * 1000 / _load;
            }

            running.RemoveAll(static call => call.IsCompleted);
        }

        await Task.WhenAll(running);
    }

    private async Task CallAsync()
    {
        var (phase, begin, answered) = (_phase, UnixClock.Now, false);
        try
        {
            using var response = await _client!.GetAsync(default(Uri), _stopping.Token);
            answered = response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // Rejected by the limit, or the run is over.
        }

        _calls.Enqueue(new(phase, answered, UnixClock.Now - begin));
    }

    /// <summary>Notes when a request leaves the chain.</summary>
    private sealed class SendTimes(ConcurrentQueue<double> sends) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sends.Enqueue(UnixClock.Now);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
