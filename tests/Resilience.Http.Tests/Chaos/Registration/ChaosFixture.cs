using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>An app with the plain client "payments" on a scripted server, a virtual clock, and settings that can be edited.</summary>
internal sealed class ChaosFixture : IDisposable
{
    public const string Reset = """{ "Abort": { "Reset": true, "Percentage": 100 } }""";

    private readonly IHost _host;

    public ChaosFixture(
        Action<IConfigurationBuilder> settings,
        string environment = "Development",
        Action<IServiceCollection>? register = null,
        Action<ServerScript>? script = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = environment });
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        settings(builder.Configuration);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddHttpClient("payments", static client => client.BaseAddress = new Uri("http://payments.test/"));
        (register ?? (static services => services.AddResilientHttpChaos()))(builder.Services);
        Server = builder.Services.UseScriptedServer("payments", script ?? (static answers => answers.Always(200, "{}")));
        _host = builder.Build();
    }

    public ChaosFixture(
        string settings,
        string environment = "Development",
        Action<IServiceCollection>? register = null,
        Action<ServerScript>? script = null)
        : this(
            configuration => configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings))), environment, register, script)
    {
    }

    public VirtualTimeProvider Clock { get; } = new();

    public AppLogs Logs { get; } = new();

    public ScriptedServer Server { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>The section of chaos, switched on, with the faults of payments and whatever else is to be set.</summary>
    public static string On(string payments = Reset, string others = "") =>
        $$"""{ "ResilientHttpChaos": { "Enabled": true, {{(others.Length == 0 ? "" : others + ",")}} "Clients": { "payments": {{payments}} } } }""";

    public async Task<ChaosFixture> StartAsync()
    {
        await _host.StartAsync();
        return this;
    }

    public async Task<IEnumerable<string>> MistakesAtStartAsync() =>
        (await Assert.ThrowsAsync<OptionsValidationException>(() => _host.StartAsync())).Failures;

    public HttpClient Client(string name = "payments") => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>Whether a call of payments meets a fault.</summary>
    public async Task<bool> IsStruckAsync()
    {
        try
        {
            using var client = Client();
            using var response = await Clock.RunAsync(() => client.GetAsync("charges"));
            return response.Headers.Contains("Resilience-Chaos");
        }
        catch (HttpRequestException exception)
        {
            return exception.Data.Contains("resilience.chaos");
        }
    }

    public void Dispose() => _host.Dispose();
}
