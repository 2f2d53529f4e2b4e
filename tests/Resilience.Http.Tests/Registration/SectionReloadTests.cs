using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>Sections that come, go and change while the app runs, and the clients that follow them.</summary>
public sealed class SectionReloadTests : IDisposable
{
    private readonly SettingsFile _file = FileWithOneRetry();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_client_whose_name_is_unfit_for_configuration_follows_the_defaults()
    {
        using var app = await _file.StartedAsync(
            static services => services.ConfigureHttpClientDefaults(static client => client.AddResilience()));
        foreach (var name in new[] { "payments", "Payments", "billing:v2" })
        {
            app.Client(name).Dispose();
        }

        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "3s" } }""", """{ "TotalTimeout": "20s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce("Payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce("billing:v2").TotalTimeout);
        Assert.Empty(app.Logs.Named("EditRefused"));
    }

    [Theory]
    [InlineData("""{ "ResilientHttpClients": { "Defaults": {}, "Clients": {} } }""", "ResilientHttpClients:Clients:payments")]
    [InlineData("""{ "ResilientHttpClients": { "Clients": { "payments": {} } } }""", "ResilientHttpClients:Defaults")]
    public async Task An_edit_that_removes_an_existing_section_is_a_bad_edit(string settings, string section)
    {
        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }""", defaults: """{ "AttemptTimeout": "3s" }"""));
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(settings);

        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)),
            (app.InForce("payments").TotalTimeout, app.InForce("payments").AttemptTimeout));
        Assert.Contains($"{section} was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emptied_section_goes_back_to_the_defaults()
    {
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("{}"));

        Assert.Equal(3, app.InForce("payments").Retry.MaxRetries);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task An_emptied_custom_section_goes_back_to_the_defaults_too()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

        own.Edit("""{ "stock": {} }""");

        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("inventory").TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Error));
    }

    [Fact]
    public async Task A_section_that_comes_later_is_followed()
    {
        _file.Edit("{}");
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(Payments("""{ "TotalTimeout": "5s" }"""));

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_section_that_comes_later_and_that_no_client_reads_is_a_warning_once()
    {
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": {} }"""));
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("payments"));

        _file.Edit(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" }, "paymants": {}, "peyments": {} }"""));
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": {}, "peyments": {} }"""));
        _file.Edit(TestApp.Clients("""{ "payments": {}, "paymants": { "TotalTimeout": "10s" }, "peyments": {} }"""));

        Assert.Equal(
            [
                "No resilient client reads the section ResilientHttpClients:Clients:paymants: did you mean payments?",
                "No resilient client reads the section ResilientHttpClients:Clients:peyments: did you mean payments?",
            ],
            app.Logs.Named("SectionUnread"));
    }

    [Fact]
    public async Task A_client_known_only_from_the_factorys_defaults_follows_edits_of_its_section()
    {
        _file.Edit(TestApp.Clients("""{ "PAYMENTS": { "TotalTimeout": "5s" } }"""));
        using var app = await _file.StartedAsync(services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        _file.Edit(TestApp.Clients("{}"));
        Assert.Single(app.Logs.Of(LogLevel.Error));
        app.Client("payments").Dispose();
        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);

        _file.Edit(TestApp.Clients("""{ "Payments": { "TotalTimeout": "6s" } }"""));
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("payments").TotalTimeout);

        _file.Edit(TestApp.Clients("{}"));
        Assert.Equal(2, app.Logs.Of(LogLevel.Error).Count);
    }

    [Fact]
    public async Task A_custom_section_in_a_configuration_of_its_own_is_followed()
    {
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        using var app = await _file.StartedAsync(services => services.AddResilientHttpClient("inventory", own.Build().GetSection("stock")));

        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("inventory").TotalTimeout);

        own.Edit("{}");
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce("inventory").TotalTimeout);
        Assert.Contains("stock was removed", Assert.Single(app.Logs.Of(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_is_checked_once_however_many_custom_sections_it_affects()
    {
        const int Clients = 20;
        using var own = new SettingsFile(Timeouts("5s"));
        var configuration = own.Build();
        var runs = 0;
        using var app = await _file.StartedAsync(services =>
        {
            for (var i = 0; i < Clients; i++)
            {
                services
                    .AddResilientHttpClient($"client-{i}", configuration.GetSection($"client-{i}"))
                    .ConfigureResilience((_, _) => runs++);
            }
        });

        runs = 0;
        own.Edit(Timeouts("6s"));

        Assert.Equal(Clients, runs);
        Assert.Equal(TimeSpan.FromSeconds(6), app.InForce($"client-{Clients - 1}").TotalTimeout);

        static string Timeouts(string time) =>
            "{" +
            string.Join(",", Enumerable.Range(0, Clients).Select(i => $$""" "client-{{i}}": { "TotalTimeout": "{{time}}" } """)) +
            "}";
    }
}
