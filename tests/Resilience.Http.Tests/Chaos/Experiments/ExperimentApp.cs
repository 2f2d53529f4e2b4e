using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Chaos.Registration;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>An app with a client on which experiments are run.</summary>
internal static class ExperimentApp
{
    public static readonly HttpChaosClientOptions ResetAll = new() { Abort = new() { Reset = true, Percentage = 100 } };

    /// <summary>Ten seconds after the clock's start.</summary>
    public const string UntilSoon = """{ "ResilientHttpChaos": { "Enabled": true, "Until": "2030-01-01T12:00:10Z" } }""";

    public static Task<ChaosFixture> AppAsync(
        string settings = """{ "ResilientHttpChaos": { "Enabled": true } }""", Action<ServerScript>? script = null) =>
        new ChaosFixture(settings, register: Register, script: script).StartAsync();

    public static Task<ChaosFixture> AppAsync(Action<IConfigurationBuilder> settings) =>
        new ChaosFixture(settings, register: Register).StartAsync();

    private static void Register(IServiceCollection services)
    {
        services.AddHttpClient("payments").AddResilience(static options =>
        {
            options.Retry.MaxRetries = 2;
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(10);
        });
        services.AddChaosExperiments();
    }

    public static Task<ChaosExperimentResult> RunAsync(ChaosFixture app, ChaosExperiment experiment) =>
        app.Clock.RunAsync(() => app.Services.GetRequiredService<ChaosExperimentRunner>().RunAsync(experiment));

    /// <summary>Calls of the app itself, in the background of the method.</summary>
    public static ChaosAction Calls(ChaosFixture app, int count, bool background = true) => new("calls", async token =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), app.Clock, token);
        for (var i = 0; i < count; i++)
        {
            await StruckAsync(app);
        }
    })
    {
        Background = background,
    };

    public static async Task<bool> StruckAsync(ChaosFixture app)
    {
        try
        {
            using var client = app.Client();
            using var response = await client.GetAsync("charges");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
