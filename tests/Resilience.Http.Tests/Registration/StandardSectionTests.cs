using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static System.StringComparison;
using static Resilience.Http.Tests.Registration.StandardSectionApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>AddResilienceFromStandardHandler: what it refuses, what it logs and how it follows edits.</summary>
public sealed class StandardSectionTests
{
    [Theory]
    [MemberData(nameof(StandardSections.OfOtherShapes), MemberType = typeof(StandardSections))]
    public void A_section_of_another_shape_is_refused_with_all_its_paths(string section, string[] paths)
    {
        using var app = With(section);

        var wrong = Assert.Throws<OptionsValidationException>(() => app.Client("payments"));

        Assert.Equal(paths, wrong.Failures.Select(static failure => failure.Split(' ')[0]["Http:".Length..]));
    }

    [Fact]
    public void A_section_of_the_hedging_handler_is_known_by_its_keys()
    {
        using var app = App("""
            {
              "Hedging": { "MaxHedgedAttempts": 2 },
              "Endpoint": { "Timeout": { "Timeout": "00:00:04" }, "CircuitBreaker": { "FailureRatio": 0.5 } }
            }
            """);
        var here = app.InForce("payments");

        Assert.True(here.Hedging.Enabled);
        Assert.Equal((2, 2), (here.Hedging.MaxHedges, here.Retry.MaxRetries));
        Assert.Equal(TheirHedging.Hedging.Delay, here.Hedging.Delay);
        Assert.Equal(TimeSpan.FromSeconds(4), here.AttemptTimeout);
        Assert.Equal(0.5, here.CircuitBreaker.FailureRatio);
        Assert.Equal(TheirHedging.Endpoint.CircuitBreaker.MinimumThroughput, here.CircuitBreaker.MinimumThroughput);
        Assert.Equal(TheirHedging.Endpoint.RateLimiter.DefaultRateLimiterOptions.PermitLimit, here.ConcurrencyLimit.Limit);
        Assert.Equal(HttpCircuitBreakerScope.Authority, here.CircuitBreaker.Scope);
    }

    [Theory]
    [InlineData("""{ "RateLimiter": { "Name": "x" } }""", "Http:RateLimiter:Name has no counterpart here")]
    [InlineData("""{ "Hedging": {}, "Retry": { "Delay": "00:00:01" } }""", "Http:Retry has no counterpart here")]
    [InlineData("""{ "AttemptTimout": { "Timeout": "00:00:01" } }""", "Http:AttemptTimout has no counterpart here")]
    [InlineData("""{ "Retry": { "MaxRetries": 2 } }""", "Http:Retry:MaxRetries has no counterpart here")]
    [InlineData(
        """{ "Retry": { "UseJitter": "often" } }""",
        "Http:Retry:UseJitter = \"often\" has no counterpart here; allowed: true, false")]
    [InlineData("""{ "Retry": "none" }""", "Http:Retry = \"none\" is a value, but an object is expected")]
    [InlineData("""{ "Retry": { "Delay": { "Seconds": 1 } } }""", "Http:Retry:Delay is an object, but a value is expected")]
    [InlineData(
        """{ "Retry": { "BackoffType": 3 } }""",
        "Http:Retry:BackoffType = \"3\" has no counterpart here; allowed: Constant, Linear, Exponential")]
    [InlineData("""{ "Retry": { "BackoffType": "Fast" } }""", "Http:Retry:BackoffType = \"Fast\" has no counterpart here; allowed: Con")]
    [InlineData("""{ "CircuitBreaker": { "BreakDuration": "5" } }""", "Http:CircuitBreaker:BreakDuration = \"5\" would be 5 days")]
    [InlineData("""{ "Hedging": { "MaxHedgedAttempts": 9 } }""", "Http:Hedging:MaxHedgedAttempts = \"9\"")]
    [InlineData("""{ "Hedging": { "Delay": "00:00:00" } }""", "Http:Hedging:Delay = \"00:00:00\"")]
    [InlineData(
        """{ "RateLimiter": { "DefaultRateLimiterOptions": { "QueueProcessingOrder": "NewestFirst" } } }""",
        "Http:RateLimiter:DefaultRateLimiterOptions:QueueProcessingOrder = \"NewestFirst\" has no counterpart here; allowed: OldestFirst")]
    public void What_has_no_counterpart_fails_the_start_with_its_path(string section, string mistake)
    {
        using var app = With(section);

        var wrong = Assert.Throws<OptionsValidationException>(() => app.Client("payments"));

        Assert.StartsWith(mistake, Assert.Single(wrong.Failures), Ordinal);
    }

    [Fact]
    public void A_shorter_maximum_cuts_the_default_delay_as_in_the_standard_handler()
    {
        using var app = App("""{ "Retry": { "MaxDelay": "00:00:01" } }""");

        Assert.Equal(TimeSpan.FromSeconds(1), app.InForce("payments").Retry.BaseDelay);
    }

    [Theory]
    [InlineData("Exponential", HttpRetryJitter.Full)]
    [InlineData("Linear", HttpRetryJitter.Equal)]
    [InlineData("constant", HttpRetryJitter.Equal)]
    public void Jitter_depends_on_the_backoff(string backoff, HttpRetryJitter jitter)
    {
        using var app = App($$"""{ "Retry": { "BackoffType": "{{backoff}}", "UseJitter": true } }""");

        Assert.Equal(jitter, app.InForce("payments").Retry.Jitter);
    }

    [Fact]
    public async Task One_log_line_names_the_section_and_what_is_different()
    {
        using var app = With("""{ "Retry": { "MaxRetryAttempts": 2 } }""");

        await app.StartAsync();

        var line = Assert.Single(app.Logs.All, line => line.Text.Contains("Microsoft.Extensions.Http.Resilience", Ordinal));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.StartsWith("payments: the settings come from the section Http,", line.Text, Ordinal);
        Assert.Contains("POST and PATCH", line.Text, Ordinal);
    }

    [Fact]
    public void An_edit_is_followed()
    {
        var values = new ConfigurationManager();
        values["Http:Retry:MaxRetryAttempts"] = "2";
        using var app = TestApp.With("{}", services => Register(services, values));
        _ = app.Client("payments");

        values["Http:Retry:MaxRetryAttempts"] = "4";
        ((IConfigurationRoot)values).Reload();

        Assert.Equal(4, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public void The_defaults_of_all_clients_can_come_from_such_a_section()
    {
        var section = SettingsText.Read("""{ "Http": { "Retry": { "MaxRetryAttempts": 2 } } }""").GetSection("Http");
        using var app = TestApp.With("{}", services => services
            .ConfigureHttpClientDefaults(client => client.AddResilienceFromStandardHandler(section))
            .AddHttpClient("payments"));
        _ = app.Client("payments");

        Assert.Equal((2, Theirs.Retry.Delay), (app.InForce("payments").Retry.MaxRetries, app.InForce("payments").Retry.BaseDelay));
    }

    [Fact]
    public void A_later_section_of_this_package_replaces_the_standard_one()
    {
        var values = SettingsText.Read("""{ "Http": { "Retry": { "MaxRetries": 1 } } }""");
        using var app = TestApp.With("{}", services =>
        {
            Register(services, values);
            services.AddHttpClient("payments").AddResilience(values.GetSection("Http"));
        });
        _ = app.Client("payments");

        Assert.Equal(1, app.InForce("payments").Retry.MaxRetries);
    }
}
