using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>Settings and fallbacks that code adds are checked at start like those of the configuration.</summary>
public sealed class StartCodeTests
{
    private const string Payments = "ResilientHttpClients:Clients:payments:";

    [Fact]
    public async Task A_value_set_in_code_is_reported_with_its_property()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""),
            services => services.AddResilientHttpClient("payments", options =>
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(10);
                options.Retry.Jitter = (HttpRetryJitter)17;
                options.Retry.Budget.Ratio = double.NaN;
                options.CircuitBreaker = null!;
                options.BodyIdleTimeout = TimeSpan.FromDays(10);
            }));

        Assert.Equal(
            [
                "payments: BodyIdleTimeout = 240h, set in code, is out of range; allowed: 1ms to 24h, or off",
                "payments: Retry.Jitter = 17, set in code, is not one of the allowed values; allowed: Full, Equal, Decorrelated, None",
                "payments: Retry.Budget.Ratio = NaN, set in code, is out of range; allowed: 0 to 1",
                "payments: CircuitBreaker = null, set in code, must not be null; change the properties of the existing object",
                $"payments: AttemptTimeout = 10s, set in code, is longer than {Payments}TotalTimeout = \"5s\"",
            ],
            await app.MistakesAtStartAsync());
    }

    public static TheoryData<string, Action<ResilientHttpClientOptions>> WrongAlone => new()
    {
        { "payments: AttemptTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.AttemptTimeout = TimeSpan.FromHours(30) },
        { "payments: TotalTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.FromHours(30) },
        { "payments: TotalTimeout = 00:00:00.0005000, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.FromMicroseconds(500) },
        { "payments: TotalTimeout = 0s, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.Zero },
        { "payments: Retry.BaseDelay = 30h, set in code, is out of range; allowed: 0s to 24h", options =>
            options.Retry.BaseDelay = TimeSpan.FromHours(30) },
        { "payments: Retry.MaxDelay = -1s, set in code, is out of range; allowed: 0s to 24h", options =>
            options.Retry.MaxDelay = TimeSpan.FromSeconds(-1) },
        { "payments: CircuitBreaker.RecoveryTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromHours(30) },
        { "payments: CircuitBreaker.MaxRecoveryTimeout = 0s, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.Zero },
        { "payments: CircuitBreaker.MaxRecoveryTimeout = 00:00:00.0005000, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.FromMicroseconds(500) },
    };

    [Theory]
    [MemberData(nameof(WrongAlone))]
    public async Task A_value_that_only_follows_a_wrong_one_is_not_reported(string told, Action<ResilientHttpClientOptions> configure)
    {
        using var app = TestApp.With("{}", services => services.AddResilientHttpClient("payments", configure));

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_custom_validator_runs_too()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeuot": "5s" } }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services
                    .AddOptions<ResilientHttpClientOptions>("payments")
                    .Validate(options => options.TotalTimeout < TimeSpan.FromSeconds(20), "ours are short");
            });

        Assert.Equal(
            [$"{Payments}TotalTimeuot is not a known key. Did you mean TotalTimeout?", "ours are short"], await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task Code_that_sets_options_cannot_create_a_client_and_the_error_names_its_client()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("vault");
            services
                .AddResilientHttpClient("payments")
                .ConfigureResilience((_, provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Dispose());
        });

        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(app.StartAsync);
        Assert.Equal(
            "payments: code that sets its options requested a resilient client, but no client exists before all settings are checked. " +
            "Use an HttpClient without the chain there (RemoveResilience()), or read the value from configuration.",
            wrong.Message);
    }

    [Fact]
    public async Task Code_that_sets_options_may_create_a_client_without_the_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddHttpClient("vault").RemoveResilience();
            services.AddResilientHttpClient("payments").ConfigureResilience((options, provider) =>
                options.TotalTimeout = provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Timeout / 10);
        });

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task Code_that_sets_options_may_create_a_client_that_has_a_fallback_but_no_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddHttpClient("vault").AddFallback((_, _) => default).RemoveResilience();
            services.AddResilientHttpClient("payments").ConfigureResilience((options, provider) =>
                options.TotalTimeout = provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Timeout / 10);
        });

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_fallback_without_the_chain_stops_the_host_and_names_the_way_out()
    {
        using var app = TestApp.With("{}", services => services.AddHttpClient("payments").AddFallback((_, _) => default));

        Assert.Equal(
            ["payments: AddFallback has no effect without the chain. Call AddResilience() on the same client, or register it with " +
                "AddResilientHttpClient"],
            await app.MistakesAtStartAsync());
        Assert.Throws<OptionsValidationException>(() => app.Client("payments"));
    }

    [Fact]
    public async Task A_fallback_is_fine_if_the_defaults_add_the_chain_or_the_client_removed_it()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            services.AddHttpClient("payments").AddFallback((_, _) => default);
            services.AddHttpClient("inventory").AddFallback((_, _) => default).RemoveResilience();
        });

        await app.StartAsync();
    }
}
