using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.ServiceDiscovery;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>An app whose client <c>basket</c> finds its endpoints by service discovery, in front of a scripted server.</summary>
internal sealed class DiscoveryFixture : IAsyncDisposable
{
    /// <summary>A service with two endpoints, and a third one of another name.</summary>
    public static readonly (string, string)[] Two =
    [
        ("Services:basket:http:0", "http://one.internal:1001"),
        ("Services:basket:http:1", "http://two.internal:1002/api"),
        ("Services:basket:admin:0", "http://admin.internal:3001"),
    ];

    private readonly ServiceProvider _provider;

    public DiscoveryFixture(
        Action<IServiceCollection> register, IEnumerable<(string Key, string Value)>? configuration = null, string client = "basket")
    {
        Configuration.AddInMemoryCollection(configuration?.Select(static one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Configuration);
        services.AddSingleton<ILoggerFactory>(Log).AddLogging();
        register(services);
        Client = client;
        Server = services.UseScriptedServer(client, s => s.Always(200));
        _provider = services.BuildServiceProvider();
    }

    public ConfigurationManager Configuration { get; } = new();

    public RecordedLog Log { get; } = new(LogLevel.Trace);

    public ScriptedServer Server { get; }

    public string Client { get; }

    public HttpClient Http => _provider.GetRequiredService<IHttpClientFactory>().CreateClient(Client);

    public ICircuitRegistry Circuits => _provider.GetRequiredService<ICircuitRegistry>();

    public string[] Authorities => [.. Circuits.GetAll().Select(static circuit => circuit.Authority)];

    public static void Register(IServiceCollection services) => Register(services, static _ => { });

    public static void Register(IServiceCollection services, Action<ResilientHttpClientOptions> configure) =>
        services.AddResilientHttpClient("basket", o =>
        {
            o.Retry.BaseDelay = TimeSpan.Zero;
            configure(o);
        }).UseServiceDiscovery();

    /// <summary>Sends a request and says where it went.</summary>
    public async Task<string> GetAsync(string uri = "items")
    {
        using var response = await Http.GetAsync(uri, TestContext.Current.CancellationToken);
        return Server.Requests[^1].Uri!.AbsoluteUri;
    }

    public async Task<string[]> GetManyAsync(int count, string uri = "items")
    {
        for (var i = 0; i < count; i++)
        {
            await GetAsync(uri);
        }

        return [.. Server.Requests.TakeLast(count).Select(static request => request.Uri!.Authority).Distinct().Order()];
    }

    /// <summary>Waits until a change of a service has been looked up.</summary>
    public Task RefreshedAsync(string uri) => _provider.GetRequiredService<DiscoveredServices>().Find(new Uri(uri)).Refreshing;

    /// <summary>Reloads the configuration, and waits until the change has been looked up.</summary>
    public async Task ReloadAsync()
    {
        ((IConfigurationRoot)Configuration).Reload();
        foreach (var name in (string[])["https+http://basket/", "http://basket/"])
        {
            await RefreshedAsync(name);
        }
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
