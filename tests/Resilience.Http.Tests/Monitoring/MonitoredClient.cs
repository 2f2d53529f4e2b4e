using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>A client of a scripted server in virtual time, and the monitor that looks at it.</summary>
internal sealed class MonitoredClient : IDisposable
{
    private readonly ServiceProvider _provider;

    public MonitoredClient(
        Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddLogging(logging => logging.AddProvider(Logs));
        collection.AddResilientHttpClient("payments", options =>
        {
            options.BaseAddress = new("https://payments.internal/");
            options.Retry.Jitter = HttpRetryJitter.None;
            configure?.Invoke(options);
        });
        collection.UseScriptedServer("payments", script);
        services?.Invoke(collection);
        _provider = collection.BuildServiceProvider();
        Monitor = _provider.GetRequiredService<IServiceMonitor>();
        Http = _provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        Http.Timeout = Timeout.InfiniteTimeSpan;
    }

    public VirtualTimeProvider Clock { get; } = new();

    public AppLogs Logs { get; } = new();

    public IServiceMonitor Monitor { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _provider;

    public ServiceSnapshot Service => Monitor.Find("payments")!;

    /// <summary>What was counted up to the end of this second, after one more call.</summary>
    public async Task<TrafficSecond> SumAfterCallAsync(Func<HttpClient, Task<HttpResponseMessage>>? call = null)
    {
        await CallAsync(call);
        return Sum();
    }

    public async Task CallAsync(Func<HttpClient, Task<HttpResponseMessage>>? call = null)
    {
        try
        {
            using var response = await Clock.RunAsync(() => (call ?? (static http => http.GetAsync("charges")))(Http));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            // counted all the same
        }
    }

    /// <summary>All that was counted up to now, once the current second has ended.</summary>
    public TrafficSecond Sum()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Service.LastMinute.Aggregate(static (sum, second) => new TrafficSecond
        {
            Succeeded = sum.Succeeded + second.Succeeded,
            Failed = sum.Failed + second.Failed,
            Rejected = sum.Rejected + second.Rejected,
            Retried = sum.Retried + second.Retried,
            Hedged = sum.Hedged + second.Hedged,
            FallbackAnswered = sum.FallbackAnswered + second.FallbackAnswered,
        });
    }

    public void Dispose() => _provider.Dispose();
}
