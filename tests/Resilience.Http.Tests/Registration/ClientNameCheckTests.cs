using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>Names of clients that cannot have a section, or that would share one.</summary>
public sealed class ClientNameCheckTests
{
    [Fact]
    public async Task The_client_without_a_name_is_called_the_default_client()
    {
        using var wrong = TestApp.With(
            "{}", services => services.AddHttpClient(Options.DefaultName).AddResilience(options => options.Retry.MaxRetries = 200));
        Assert.Equal(
            ["the default client: Retry.MaxRetries = 200, set in code, is out of range; allowed: 0 to 100"],
            await wrong.MistakesAtStartAsync());

        using var chainless = TestApp.With("{}", services => services.AddHttpClient(Options.DefaultName).AddFallback((_, _) => default));
        Assert.StartsWith(
            "the default client: AddFallback has no effect",
            Assert.Single(await chainless.MistakesAtStartAsync()),
            StringComparison.Ordinal);

        using var good = await TestApp.StartedAsync("{}", services => services.AddHttpClient(Options.DefaultName).AddResilience());
        Assert.StartsWith(
            "Order of the chain of the default client, outermost first",
            Assert.Single(good.Logs.Named("ChainOrder")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_stop_the_host()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("Payments");
        });

        Assert.Equal(
            ["The client names 'Payments' and 'payments' differ only in case: they would share a configuration section but not a client. " +
                "Spell them the same way"],
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_name_with_a_colon_stops_the_host()
    {
        using var app = TestApp.With("{}", services => services.AddResilientHttpClient("billing:v2"));

        var mistake = Assert.Single(await app.MistakesAtStartAsync());
        Assert.StartsWith("The client name 'billing:v2' contains ':'", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_may_be_anything_if_the_chain_was_removed()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            services.AddHttpClient("billing:v2").RemoveResilience();
        });

        app.Client("billing:v2").Dispose();
    }

    [Fact]
    public async Task The_section_of_a_client_known_from_the_factorys_defaults_is_case_insensitive()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "PAYMENTS": { "TotalTimeout": "5s" } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));
        app.Client("payments").Dispose();

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }
}
