using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.RateLimiting;

/// <summary>
/// The whole chain with a rate limit on a virtual clock, in front of a scripted server. Unless a test sets it, chance is at its lower end.
/// </summary>
internal sealed class RateLimitFixture : IDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ChainClient _client;

    public RateLimitFixture(
        Action<ServerScript> script,
        Action<HttpRateLimitOptions> limit,
        Action<ResilientHttpClientOptions>? configure = null,
        Func<double>? chance = null)
    {
        Server = new ScriptedServer(script, Clock);
        Metrics = new RecordedMetrics(_meters.GetRequiredService<IMeterFactory>());
        _client = new ChainClient(
            Server,
            options =>
            {
                options.RateLimit.Enabled = true;
                limit(options.RateLimit);
                configure?.Invoke(options);
            },
            Clock,
            Log,
            _meters.GetRequiredService<IMeterFactory>(),
            chance ?? (static () => 0));
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordedLog Log { get; } = new(LogLevel.Trace);

    public RecordedMetrics Metrics { get; }

    public ScriptedServer Server { get; }

    public HttpClient Http => _client.Http;

    public HttpMessageHandler Handler => _client.Handler;

    public ServiceState Service => _client.Service;

    /// <summary>When each request reached the server, in milliseconds.</summary>
    public double[] SentAt => [.. Server.Requests.Select(static request => Math.Round(request.Time.TotalMilliseconds))];

    public static HttpRequestMessage Get(string path = "charges/1") => new(HttpMethod.Get, path);

    /// <summary>As many calls at once.</summary>
    public Task<HttpResponseMessage[]> GetAsync(int calls, Func<int, HttpRequestMessage>? request = null) =>
        Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, calls).Select(number => Http.SendAsync(request?.Invoke(number) ?? Get()))));

    /// <summary>A call after the others, which may fail.</summary>
    public Task<HttpResponseMessage> GetAsync(string path = "charges/1", CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => Http.SendAsync(Get(path), cancellationToken));

    public async Task<LimitExceededException> RejectedAsync(string path = "charges/1") =>
        await Assert.ThrowsAsync<LimitExceededException>(() => GetAsync(path));

    public void Edit(Action<ResilientHttpClientOptions> edit)
    {
        var options = Service.Options.Copy();
        edit(options);
        Service.Use(options);
    }

    public void Dispose()
    {
        _client.Dispose();
        Server.Dispose();
        Metrics.Dispose();
        _meters.Dispose();
    }
}
