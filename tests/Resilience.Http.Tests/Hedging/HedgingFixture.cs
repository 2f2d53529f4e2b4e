using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Hedging;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Hedging;

/// <summary>The whole chain on a virtual clock in front of a scripted server. A send is hedged after 100 ms.</summary>
internal sealed class HedgingFixture : IDisposable
{
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ChainClient _client;

    public HedgingFixture(
        Action<ServerScript> script,
        Action<ResilientHttpClientOptions>? configure = null,
        DelegatingHandler? inside = null,
        Action<ResilienceRuntime>? prepare = null)
    {
        Server = new ScriptedServer(script, Clock);
        Metrics = new RecordedMetrics(_meters.GetRequiredService<IMeterFactory>());
        _client = new ChainClient(
            Server,
            options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = Delay;
                configure?.Invoke(options);
            },
            Clock,
            Log,
            _meters.GetRequiredService<IMeterFactory>(),
            inside: inside,
            prepare: prepare);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordedLog Log { get; } = new(Microsoft.Extensions.Logging.LogLevel.Trace);

    public ScriptedServer Server { get; }

    public RecordedMetrics Metrics { get; }

    public HttpClient Http => _client.Http;

    public HttpMessageHandler Handler => _client.Handler;

    public ServiceState Service => _client.Service;

    public ServiceHedging State => ServiceHedging.GetOrCreate(Service);

    /// <summary>What came of the hedges.</summary>
    public string[] Hedges =>
        [.. Metrics.Of("resilience.http.hedges").Select(measured => (string)measured.Tags["resilience.hedge.outcome"]!)];

    /// <summary>Why hedges that were due did not go out.</summary>
    public string[] Suppressed =>
        [.. Metrics.Of("resilience.http.hedges.suppressed").Select(measured => (string)measured.Tags["resilience.reason"]!)];

    /// <summary>When each send reached the server, in milliseconds.</summary>
    public double[] SentAt => [.. Server.Requests.Select(request => request.Time.TotalMilliseconds)];

    public Task<HttpResponseMessage> GetAsync(CancellationToken cancellationToken = default) =>
        SendAsync(new(HttpMethod.Get, "charges/1"), cancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    /// <summary>Waits until the losers of all calls have given back their permits, which they do in the background.</summary>
    public void WaitForLosers()
    {
        var circuits = ServiceCircuits.GetOrCreate(Service);
        Assert.True(SpinWait.SpinUntil(() => circuits.CountInFlight().Sum(static row => row.InFlight) == 0, TimeSpan.FromSeconds(30)));
    }

    public void Dispose()
    {
        _client.Dispose();
        Metrics.Dispose();
        Server.Dispose();
        _meters.Dispose();
    }
}
