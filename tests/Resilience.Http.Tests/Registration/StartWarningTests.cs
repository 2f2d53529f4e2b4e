using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Registration;

/// <summary>Settings that have no effect, or hardly the intended one, are a warning at start.</summary>
public sealed class StartWarningTests
{
    private const string Payments = "ResilientHttpClients:Clients:payments:";

    [Theory]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "2s" }, "AttemptTimeout": "1500ms" }""", "Delay is 2s, and AttemptTimeout ends an attempt after 1500ms")]
    [InlineData("""{ "Hedging": { "Enabled": true, "MinDelay": "1s" }, "AttemptTimeout": "1s" }""", "MinDelay is 1s, and AttemptTimeout ends an attempt after 1s.")]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "15s" } }""", "Delay is 15s, and AttemptTimeout ends an attempt after 10s.")]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "1s", "MinDelay": "4s" }, "AttemptTimeout": "2s" }""", null)]
    [InlineData("""{ "Hedging": { "Enabled": false, "Delay": "2s" }, "AttemptTimeout": "1s" }""", null)]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "2m" }, "AttemptTimeout": "off" }""", null)]
    public async Task A_delay_with_which_no_hedge_is_ever_sent_is_a_warning(string payments, string? warning)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "payments": {{payments}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warning is null ? 0 : 1, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            $"payments: hedging is on, but no hedge is ever sent: Hedging:{warning}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""[ "https://a", "https://b" ]""", "Service", true)]
    [InlineData("""[ "https://a", "https://b" ]""", "Authority", false)]
    [InlineData("""[ "https://a" ]""", "Service", false)]
    public async Task Endpoints_that_share_one_circuit_are_a_warning(string addresses, string scope, bool warned)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients(
                $$"""{ "payments": { "Endpoints": { "Addresses": {{addresses}} }, "CircuitBreaker": { "Scope": "{{scope}}" } } }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warned ? 1 : 0, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            "payments: its 2 endpoints share one circuit, because CircuitBreaker:Scope is Service.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Payments", "the name differs only in case from the client 'payments', which reads the section")]
    [InlineData("Stock", "the name differs only in case from the client 'stock', which reads the section")]
    [InlineData("billing:v2", "the name contains ':', which separates configuration keys")]
    public async Task A_late_name_unfit_for_configuration_costs_a_warning_and_the_section(string name, string reason)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients(
                """{ "payments": { "TotalTimeout": "3s" }, "stock": { "TotalTimeout": "4s" } }""", """{ "TotalTimeout": "20s" }"""),
            services =>
            {
                services.ConfigureHttpClientDefaults(client => client.AddResilience());
                services.AddHttpClient("stock").AddResilience();
            });
        app.Client("payments").Dispose();

        app.Client(name).Dispose();
        app.Client(name).Dispose();

        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce(name).TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), app.InForce("stock").TotalTimeout);
        Assert.Equal(
            $"{name}: this client has the settings of ResilientHttpClients:Defaults and cannot have a section of its own: {reason}. " +
            $"Rename the client.",
            Assert.Single(app.Logs.Of(LogLevel.Warning)).Text);
    }

    [Fact]
    public async Task A_late_name_that_spells_its_section_in_another_case_still_reads_it()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "3s" } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        app.Client("Payments").Dispose();

        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("Payments").TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Theory]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", "{ }", "Clients:payments:Hedging")]
    [InlineData("""{ "RateLimit": { "Permits": 10, "Per": "1s" } }""", "{ }", "Clients:payments:RateLimit")]
    [InlineData("""{ "ConcurrencyLimit": { "Limit": 10 } }""", "{ }", "Clients:payments:ConcurrencyLimit")]
    [InlineData("{ }", """{ "Hedging": { "Delay": "100ms" } }""", "Defaults:Hedging")]
    [InlineData("""{ "Hedging": { "Delay": "100ms", "Enabled": false } }""", "{ }", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms", "Enabled": true } }""", "{ }", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", """{ "Hedging": { "Enabled": true } }""", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", """{ "Hedging": { "Enabled": false } }""", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" }, "Enabled": false }""", "{ }", null)]
    [InlineData("""{ "Hedging": { } }""", "{ }", null)]
    public async Task Settings_of_a_feature_that_is_not_switched_on_are_one_warning(string payments, string defaults, string? section)
    {
        using var app = await TestApp.StartedAsync(
            $$"""{ "ResilientHttpClients": { "Defaults": {{defaults}}, "Clients": { "payments": {{payments}}, "orders": { } } } }""",
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpClient("orders");
            });

        var path = $"ResilientHttpClients:{section}";
        string[] expected = section is null
            ? []
            : [
                $"The settings of {path} have no effect: the feature is off, because {path}:Enabled is not set. Set it to true, or to " +
                "false if the feature is meant to be off.",
            ];
        Assert.Equal(expected, app.Logs.Named("FeatureLeftOff"));
    }

    [Fact]
    public async Task Settings_of_a_feature_that_code_switches_on_cause_no_warning()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "Hedging": { "Delay": "100ms" } } }"""),
            services => services.AddResilientHttpClient("payments", options => options.Hedging.Enabled = true));

        Assert.Empty(app.Logs.Named("FeatureLeftOff"));
    }

    [Theory]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "FailureThreshold": 5 } }""", true)]
    [InlineData("""{ "Retry": { "MaxRetries": 4 } }""", true)]
    [InlineData("""{ "CircuitBreaker": { "FailureThreshold": 4 } }""", true)]
    [InlineData("""{ }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 0 }, "CircuitBreaker": { "FailureThreshold": 1 } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5, "Enabled": false } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "FailureThreshold": 0 } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "Mode": "Observe" } }""", false)]
    public async Task Settings_that_let_a_single_call_open_its_circuit_are_a_warning(string payments, bool warned)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "payments": {{payments}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warned ? 1 : 0, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            "payments: a single call can open its circuit: it makes up to ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_fallback_of_the_factorys_defaults_is_a_warning_if_no_client_has_the_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddFallback((_, _) => default));
            services.AddHttpClient("payments");
        });

        Assert.Equal(
            ["AddFallback in ConfigureHttpClientDefaults has no effect: no client has the chain. Call AddResilience() there too, or on " +
                "the clients that need it."],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_default_fallback_causes_no_warning_if_the_chain_is_used_or_was_removed(bool has)
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client =>
            {
                client.AddFallback((_, _) => default);
                if (!has)
                {
                    client.RemoveResilience();
                }
            });
            if (has)
            {
                services.AddResilientHttpClient("payments");
            }
        });

        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }
}
