using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;

namespace Resilience.Http.Tests.Registration;

/// <summary>An app with a host, the settings of a test and nothing of the machine's environment.</summary>
internal sealed class TestApp : IDisposable
{
    private readonly IHost _host;

    private TestApp(Action<IConfigurationBuilder> configure, Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        configure(builder.Configuration);
        register(builder.Services);
        _host = builder.Build();
    }

    public AppLogs Logs { get; } = new();

    public IServiceProvider Services => _host.Services;

    public static TestApp With(string settings, Action<IServiceCollection> register) =>
        new(configuration => configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings))), register);

    public static TestApp With(Action<IConfigurationBuilder> configure, Action<IServiceCollection> register) => new(configure, register);

    public static async Task<TestApp> StartedAsync(string settings, Action<IServiceCollection> register)
    {
        var app = With(settings, register);
        await app.StartAsync();
        return app;
    }

    /// <summary>The sections of clients, as JSON, in their place.</summary>
    public static string Clients(string clients, string defaults = "{}") =>
        $$"""{ "ResilientHttpClients": { "Defaults": {{defaults}}, "Clients": {{clients}} } }""";

    public Task StartAsync() => _host.StartAsync(CancellationToken.None);

    public async Task<IEnumerable<string>> MistakesAtStartAsync() =>
        (await Assert.ThrowsAsync<OptionsValidationException>(StartAsync)).Failures;

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public HttpClient Client(string name) => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>The options that the next call of a service begins with.</summary>
    public ResilientHttpClientOptions InForce(string name) => Services.GetRequiredService<ServiceStateStore>().Get(name).Options;

    public void Dispose() => _host.Dispose();
}
