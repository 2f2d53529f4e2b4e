using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>A section that no client reads is a warning at start, and one that is read is not.</summary>
public sealed class UnreadSectionTests
{
    [Theory]
    [InlineData("paymants", "No resilient client reads the section ResilientHttpClients:Clients:paymants: did you mean payments?")]
    [InlineData(
        "weather", "No resilient client reads the section ResilientHttpClients:Clients:weather: resilient clients are payments, inventory")]
    [InlineData("inventory", "No resilient client reads the section ResilientHttpClients:Clients:inventory: the client of that name " +
        "reads another section")]
    [InlineData("plain", "No resilient client reads the section ResilientHttpClients:Clients:plain: the client of that name does not " +
        "have the chain")]
    public async Task A_section_that_no_client_reads_is_a_warning(string name, string told)
    {
        using var app = TestApp.With(TestApp.Clients($$"""{ "{{name}}": { "Whatever": 1 } }"""), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient(
                "inventory", SettingsText.Read("""{ "stock": { "TotalTimeout": "1s" } }""").GetSection("stock"));
            services.AddHttpClient("plain").RemoveResilience();
        });
        await app.StartAsync();

        Assert.Equal([told], app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Theory]
    [InlineData("weather")]
    [InlineData("eu")]
    public async Task An_unread_section_beside_the_default_client_gets_no_suggestion(string name)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "{{name}}": {} }"""), services => services.AddHttpClient(Options.DefaultName).AddResilience());

        Assert.Equal(
            [$"No resilient client reads the section ResilientHttpClients:Clients:{name}: resilient clients are the default client"],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Theory]
    [InlineData("payments", "ResilientHttpClients:Clients:payments")]
    [InlineData("payments-eu", "ResilientHttpClients:Clients:payments")]
    [InlineData("payments-eu", "resilienthttpclients:clients:Payments")]
    public async Task A_section_that_was_given_to_a_client_is_read(string name, string path)
    {
        var configuration = SettingsText.Read(TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""));
        using var app = TestApp.With(
            into => into.AddConfiguration(configuration),
            services => services.AddResilientHttpClient(name, configuration.GetSection(path)));
        await app.StartAsync();

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce(name).TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Fact]
    public async Task A_section_of_the_same_path_in_another_configuration_is_another_one()
    {
        var other = SettingsText
            .Read(TestApp.Clients("""{ "payments": { "TotalTimeout": "1s" } }"""))
            .GetSection("ResilientHttpClients:Clients:payments");
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""),
            services => services.AddResilientHttpClient("payments", other));
        await app.StartAsync();

        Assert.Equal(
            ["No resilient client reads the section ResilientHttpClients:Clients:payments: the client of that name reads another section"],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Fact]
    public async Task If_the_factorys_defaults_add_the_chain_every_section_is_read_and_checked()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "weather": { "Whatever": 1 } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        var mistake = Assert.Single(await app.MistakesAtStartAsync());
        Assert.StartsWith("ResilientHttpClients:Clients:weather:Whatever is not a known key", mistake, StringComparison.Ordinal);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }
}
