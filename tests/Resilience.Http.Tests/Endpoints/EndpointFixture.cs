using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Chance;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>The whole chain on a virtual clock, with several endpoints that answer by scripts of their own.</summary>
internal sealed class EndpointFixture : IDisposable
{
    public const string A = "http://a.internal:8080";
    public const string B = "http://b.internal:8080";
    public const string C = "http://c.internal:8080";

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ChainClient _client;

    public EndpointFixture(
        Action<ServerScript> script,
        Action<ResilientHttpClientOptions>? configure = null,
        string[]? addresses = null,
        Func<double>? chance = null,
        DelegatingHandler? inside = null,
        string name = "payments")
    {
        Server = new ScriptedServer(script, Clock);
        Metrics = new RecordedMetrics(_meters.GetRequiredService<IMeterFactory>());
        _client = new ChainClient(
            Server,
            options =>
            {
                options.BaseAddress = new Uri("https://payments.internal/");
                options.Retry.Jitter = HttpRetryJitter.None;
                options.Retry.Budget.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 2;
                options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(5);
                options.Endpoints.Addresses = [.. (addresses ?? [A, B]).Select(static text => new HttpEndpoint(new Uri(text)))];
                configure?.Invoke(options);
            },
            Clock,
            Log,
            _meters.GetRequiredService<IMeterFactory>(),
            chance ?? new SeededChance(1).Next,
            inside,
            name);
        KnownAddresses.Refresh(_client.Service);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordedLog Log { get; } = new(Microsoft.Extensions.Logging.LogLevel.Trace);

    public RecordedMetrics Metrics { get; }

    public ScriptedServer Server { get; }

    public HttpClient Http => _client.Http;

    public CircuitRegistry Circuits => CircuitRegistry.GetOrCreate(_client.Service.Host);

    public ServiceState Service => _client.Service;

    /// <summary>Where the requests so far have gone: the first letter of each host.</summary>
    public string Hosts => string.Concat(Server.Requests.Select(static request => request.Uri!.Host[0]));

    public Task<HttpResponseMessage> GetAsync(string path = "orders") => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> PostAsync(string path = "orders") => SendAsync(HttpMethod.Post, path);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) =>
        Clock.RunAsync(() => Http.SendAsync(new HttpRequestMessage(method, path)));

    /// <summary>Sends so many requests, one after the other.</summary>
    /// <returns>Where they went.</returns>
    public async Task<string> GetManyAsync(int count, HttpMethod? method = null)
    {
        var before = Server.Requests.Count;
        for (var i = 0; i < count; i++)
        {
            using var response = await SendAsync(method ?? HttpMethod.Get, "orders");
        }

        return Hosts[before..];
    }

    /// <summary>Opens the circuit of an endpoint by hand.</summary>
    public void Isolate(string endpoint, TimeSpan? duration = null) => Circuits.Isolate("payments", "for the test", duration, endpoint);

    /// <summary>Puts other options in force, as an edit does.</summary>
    public void Edit(Action<ResilientHttpClientOptions> edit)
    {
        var options = _client.Service.Options.Copy();
        edit(options);
        options.Edition++;
        _client.Service.Use(options);
        KnownAddresses.Refresh(_client.Service);
    }

    public void Dispose()
    {
        _client.Dispose();
        _meters.Dispose();
    }
}
