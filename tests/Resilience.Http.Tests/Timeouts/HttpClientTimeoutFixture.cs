using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>An app on a virtual clock whose client of the service payments meets a server that never answers.</summary>
internal sealed class HttpClientTimeoutFixture : IDisposable
{
    private readonly LogLines _log = new();
    private readonly Lazy<ServiceProvider> _provider;

    public HttpClientTimeoutFixture()
    {
        Server = new ScriptedServer(s => s.Hang().Always(), Clock);
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<ILoggerFactory>(_log);
        Services.AddSingleton<IConfiguration>(Configuration);
        _provider = new(() => Services.BuildServiceProvider());
    }

    public VirtualTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; }

    public IConfigurationRoot Configuration { get; } = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ResilientHttpClients:Clients:payments:TotalTimeout"] = "30s",
    }).Build();

    public ServiceCollection Services { get; } = new();

    /// <summary>Built at its first use, from what the test has registered by then.</summary>
    public ServiceProvider Provider => _provider.Value;

    public LogLine[] Warnings => _log.At(LogLevel.Warning);

    public IHttpClientBuilder AddPayments() => Services
        .AddResilientHttpClient("payments", options => options.Retry.Enabled = false)
        .ConfigurePrimaryHttpMessageHandler(() => Server);

    public HttpClient Create() => Provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    public Task<RequestTimedOutException> TimesOutAsync(HttpClient client, HttpRequestMessage? request = null) =>
        Assert.ThrowsAsync<RequestTimedOutException>(() => Clock.RunAsync(() => client.SendAsync(request ?? TimeoutWorld.Get())));

    public void Dispose()
    {
        if (_provider.IsValueCreated)
        {
            _provider.Value.Dispose();
        }

        Server.Dispose();
        _log.Dispose();
    }
}
