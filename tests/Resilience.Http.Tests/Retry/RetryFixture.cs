using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>
/// The whole chain on a virtual clock in front of a scripted server, its circuit breaker off, and chance at its upper end.
/// </summary>
internal sealed class RetryFixture : IDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ChainClient _client;

    public RetryFixture(
        Action<ServerScript> script,
        Action<ResilientHttpClientOptions>? configure = null,
        DelegatingHandler? inside = null,
        LogLevel log = LogLevel.Trace,
        string name = "payments")
    {
        Log = new RecordedLog(log);
        Server = new ScriptedServer(script, Clock);
        Metrics = new RecordedMetrics(_meters.GetRequiredService<IMeterFactory>());
        _client = new ChainClient(
            Server,
            options =>
            {
                options.CircuitBreaker.Enabled = false;
                configure?.Invoke(options);
                Options = options;
            },
            Clock,
            Log,
            _meters.GetRequiredService<IMeterFactory>(),
            () => Chance,
            inside,
            name);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public double Chance { get; set; } = 1;

    public RecordedLog Log { get; }

    public RecordedMetrics Metrics { get; }

    public ScriptedServer Server { get; }

    public ResilientHttpClientOptions Options { get; private set; } = null!;

    public HttpClient Http => _client.Http;

    /// <summary>How many retries the budget holds.</summary>
    public double Budget => RetryBudget.GetOrCreate(_client.Service).Available(Options.Retry.Budget);

    /// <summary>Whether the budget has seen that the service sheds load.</summary>
    public bool IsShedding => RetryBudget.GetOrCreate(_client.Service).IsShedding;

    /// <summary>When each attempt reached the server, in milliseconds.</summary>
    public double[] AttemptsAt => [.. Server.Requests.Select(request => request.Time.TotalMilliseconds)];

    public Task<HttpResponseMessage> GetAsync(CancellationToken cancellationToken = default) =>
        SendAsync(new(HttpMethod.Get, "charges/1"), cancellationToken);

    /// <summary>A call that its caller cancels after some time.</summary>
    public Task<HttpResponseMessage> GetAsync(CancellationTokenSource caller, TimeSpan after) => Clock.RunAsync(async () =>
    {
        await using var timer = Clock.CreateTimer(_ => caller.Cancel(), null, after, Timeout.InfiniteTimeSpan);
        return await Http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead, caller.Token);
    });

    public Task<HttpResponseMessage> PostAsync(Action<HttpRequestMessage>? prepare = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = new StringContent("{}") };
        prepare?.Invoke(request);
        return SendAsync(request);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    public HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        Clock.Run(() => Http.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    /// <summary>How often a retry was suppressed, and why.</summary>
    public string[] Suppressed() =>
        [.. Metrics.Of("resilience.http.retries.suppressed").Select(measured => (string)measured.Tags["resilience.reason"]!)];

    public int Retried() => Metrics.Of("resilience.http.retries").Count;

    public void Dispose()
    {
        _client.Dispose();
        Metrics.Dispose();
        Server.Dispose();
        _meters.Dispose();
    }
}
