using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Resilience.Http.Tests.Registration;

/// <summary>An app whose client takes its settings from a section of the standard handler.</summary>
internal static class StandardSectionApp
{
    /// <summary>The defaults of the standard handler.</summary>
    public static readonly HttpStandardResilienceOptions Theirs = new();

    /// <summary>The defaults of the standard hedging handler.</summary>
    public static readonly HttpStandardHedgingResilienceOptions TheirHedging = new();

    /// <summary>With the client created, so that the section has been read.</summary>
    public static TestApp App(string section)
    {
        var app = With(section);
        _ = app.Client("payments");
        return app;
    }

    public static TestApp With(string section) =>
        TestApp.With("{}", services => Register(services, SettingsText.Read($$"""{ "Http": {{section}} }""")));

    public static void Register(IServiceCollection services, IConfiguration values) =>
        services.AddHttpClient("payments").AddResilienceFromStandardHandler(values.GetSection("Http"));
}
