using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>The whole chain on a virtual clock in front of a scripted server. Back-off waits are exact: 1 s, 2 s, 4 s.</summary>
internal sealed class DeadlineFixture : IDisposable
{
    public const string Header = "X-Deadline-Ms";

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ChainClient _client;

    public DeadlineFixture(
        Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null, DelegatingHandler? inside = null)
    {
        Server = new ScriptedServer(script, Clock);
        Metrics = new RecordedMetrics(_meters.GetRequiredService<IMeterFactory>());
        _client = new ChainClient(
            Server,
            options =>
            {
                options.TotalTimeout = TimeSpan.FromSeconds(10);
                options.AttemptTimeout = TimeSpan.FromSeconds(4);
                options.Retry.BaseDelay = TimeSpan.FromSeconds(1);
                options.Retry.Jitter = HttpRetryJitter.None;
                options.Deadline.Propagate = true;
                configure?.Invoke(options);
                Options = options;
            },
            Clock,
            meters: _meters.GetRequiredService<IMeterFactory>(),
            inside: inside);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; }

    public RecordedMetrics Metrics { get; }

    public ResilientHttpClientOptions Options { get; private set; } = null!;

    public HttpClient Http => _client.Http;

    /// <summary>The chain, for a caller that sends one request twice, which HttpClient does not do.</summary>
    public HttpMessageHandler Handler => _client.Handler;

    public Shutdown Shutdown => _client.Service.Host.Shutdown;

    public ICircuitRegistry Circuits => CircuitRegistry.GetOrCreate(_client.Service.Host);

    public double Budget => RetryBudget.GetOrCreate(_client.Service).Available(Options.Retry.Budget);

    /// <summary>What each request said of the time left; <see langword="null"/> if nothing.</summary>
    public string?[] Sent => [.. Server.Requests.Select(request => request.Headers.GetValueOrDefault(Header))];

    public IDisposable Begin(int milliseconds) => ResilienceDeadline.Begin(TimeSpan.FromMilliseconds(milliseconds), Clock);

    public static HttpRequestMessage Get(string? ownHeader = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/charges/1");
        if (ownHeader is not null)
        {
            request.Headers.TryAddWithoutValidation(Header, ownHeader);
        }

        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage? request = null, CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => Http.SendAsync(request ?? Get(), HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    public HttpResponseMessage Send(HttpRequestMessage? request = null) =>
        Clock.Run(() => Http.Send(request ?? Get(), HttpCompletionOption.ResponseHeadersRead));

    /// <summary>The app begins to stop after some time.</summary>
    public IDisposable StopsAfter(TimeSpan delay, TimeSpan hostTimeout) =>
        Clock.CreateTimer(_ => Shutdown.Begin(hostTimeout), null, delay, Timeout.InfiniteTimeSpan);

    public Task<RequestTimedOutException> TimesOutAsync(HttpRequestMessage? request = null) =>
        Assert.ThrowsAsync<RequestTimedOutException>(() => SendAsync(request));

    /// <summary>The scopes of the time limits that fired.</summary>
    public string[] Timeouts() =>
        [.. Metrics.Of("resilience.http.timeouts").Select(measured => (string)measured.Tags["resilience.timeout.scope"]!)];

    public void Dispose()
    {
        _client.Dispose();
        Metrics.Dispose();
        Server.Dispose();
        _meters.Dispose();
    }
}
