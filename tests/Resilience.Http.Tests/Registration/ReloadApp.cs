using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Registration;

/// <summary>An app whose configuration is a file that a test edits.</summary>
internal static class ReloadApp
{
    public static string Payments(string section) => TestApp.Clients($$"""{ "payments": {{section}} }""");

    public static SettingsFile FileWithOneRetry() => new(Payments("""{ "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } }"""));

    public static async Task<TestApp> StartedAsync(this SettingsFile file, Action<IServiceCollection> register)
    {
        var app = TestApp.With(file.AddTo, register);
        await app.StartAsync();
        return app;
    }
}
