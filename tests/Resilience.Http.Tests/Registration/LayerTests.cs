using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Registration;

/// <summary>Which of several settings for one thing counts: the layers have their order, whatever the order of the statements.</summary>
public sealed class LayerTests
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Later_layers_win_whatever_the_order_of_the_statements(int order)
    {
        // MaxRetries is set in every layer, and each of the other values in all layers but the last ones.
        var statements = new Action<IServiceCollection>[]
        {
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience(options =>
            {
                options.Retry.MaxRetries = 12;
                options.CircuitBreaker.HalfOpenMaxCalls = 12;
                options.CircuitBreaker.FailureThreshold = 12;
            })),
            services => services.AddResilientHttpClient("payments", options => options.Retry.MaxRetries = 14),
            services => services
                .AddHttpClient("payments")
                .ConfigureResilience((options, _) => options.CircuitBreaker.MinimumThroughput = options.Retry.MaxRetries),
        };
        using var app = TestApp.With(
            TestApp.Clients(
                """{ "payments": { "Retry": { "MaxRetries": 13 }, "CircuitBreaker": { "HalfOpenMaxCalls": 13 } } }""",
                defaults: """{ "Retry": { "MaxRetries": 11 }, "CircuitBreaker": { "HalfOpenMaxCalls": 11, "FailureThreshold": 11, "MinimumThroughput": 11 } }"""),
            services =>
            {
                foreach (var statement in InOrder(statements, order))
                {
                    statement(services);
                }
            });
        app.Client("payments").Dispose();

        var options = app.InForce("payments");
        Assert.Equal(
            (14, 13, 12), (options.Retry.MaxRetries, options.CircuitBreaker.HalfOpenMaxCalls, options.CircuitBreaker.FailureThreshold));
        // the client's own actions run in the order in which they stand
        Assert.Contains(options.CircuitBreaker.MinimumThroughput, new[] { 13, 14 });
    }

    [Fact]
    public void The_clients_own_actions_run_in_the_order_of_the_statements()
    {
        using var app = TestApp.With("{}", services => services.AddResilientHttpClient("payments", options => options.Retry.MaxRetries = 2)
            .ConfigureResilience((options, _) => options.Retry.MaxRetries *= 10)
            .AddResilience(options => options.Retry.MaxRetries++));
        app.Client("payments").Dispose();

        Assert.Equal(21, app.InForce("payments").Retry.MaxRetries);
    }

    [Fact]
    public void The_users_own_Configure_comes_after_the_layers_and_PostConfigure_last()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "Retry": { "MaxRetries": 2 } } }"""), services =>
        {
            services.PostConfigure<ResilientHttpClientOptions>("payments", options => options.Retry.MaxRetries++);
            services.Configure<ResilientHttpClientOptions>("payments", options => options.Retry.MaxRetries *= 10);
            services.Configure<ResilientHttpClientOptions>("inventory", options => options.Retry.MaxRetries = 99);
            services.AddResilientHttpClient("payments", options => options.Retry.MaxRetries += 2);
        });
        app.Client("payments").Dispose();

        Assert.Equal(41, app.InForce("payments").Retry.MaxRetries);
        Assert.Equal(41, app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments").Retry.MaxRetries);
        using var scope = app.Services.CreateScope();
        Assert.Equal(
            41, scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<ResilientHttpClientOptions>>().Get("payments").Retry.MaxRetries);
    }

    [Fact]
    public void An_object_that_several_clients_are_given_is_read_and_never_written_into()
    {
        var retry = new HttpRetryOptions { MaxRetries = 1 };
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "Retry": { "MaxRetries": 5 } } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience(options => options.Retry = retry)));
        app.Client("payments").Dispose();
        app.Client("weather").Dispose();

        Assert.Equal((5, 1, 1), (app.InForce("payments").Retry.MaxRetries, app.InForce("weather").Retry.MaxRetries, retry.MaxRetries));
    }

    [Fact]
    public void Later_changes_to_an_options_object_by_its_owner_do_not_reach_the_calls()
    {
        var (retry, breaker) = (new HttpRetryOptions(), new HttpCircuitBreakerOptions());
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("payments", options => options.Retry = retry);
            services.Configure<ResilientHttpClientOptions>("payments", options => options.CircuitBreaker = breaker);
        });
        app.Client("payments").Dispose();
        (retry.MaxRetries, breaker.FailureThreshold) = (77, 77);

        Assert.Equal((3, 5), (app.InForce("payments").Retry.MaxRetries, app.InForce("payments").CircuitBreaker.FailureThreshold));
    }

    [Fact]
    public void ConfigureResilience_gets_the_root_provider()
    {
        IServiceProvider? given = null;
        var services = new ServiceCollection().AddScoped<Tenant>();
        services.AddResilientHttpClient("payments").ConfigureResilience((_, provider) => given = provider);
        using var root = services.BuildServiceProvider(validateScopes: true);
        using (var scope = root.CreateScope())
        {
            scope.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient("payments").Dispose();
            // of a scope, the factory's own too, it could be had
            Assert.Throws<InvalidOperationException>(() => given!.GetRequiredService<Tenant>());
        }

        Assert.NotNull(given!.GetRequiredService<TimeProvider>()); // a caller's scope would be gone by now
    }

    [Fact]
    public void The_clock_is_that_of_the_app_if_it_has_one()
    {
        var clock = new VirtualTimeProvider();
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("payments");
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });
        app.Client("payments").Dispose();

        Assert.Same(clock, app.Services.GetRequiredService<ServiceStateStore>().Get("payments").Host.Clock);
    }

    [Theory]
    [InlineData("""{ "AttemptTimeout": "50s" }""", 50_000, 50_000)]
    [InlineData("""{ "TotalTimeout": "5s" }""", 5_000, 5_000)]
    [InlineData("""{ "TotalTimeout": "50s" }""", 50_000, 10_000)]
    [InlineData("""{ "TotalTimeout": "off" }""", -1, 10_000)]
    [InlineData("""{ "AttemptTimeout": "off" }""", 30_000, -1)]
    [InlineData("""{ "TotalTimeout": "5s", "AttemptTimeout": "off" }""", 5_000, -1)]
    [InlineData("""{ "TotalTimeout": "off", "AttemptTimeout": "50s" }""", -1, 50_000)]
    [InlineData("{}", 30_000, 10_000)]
    public void A_timeout_that_was_not_set_follows_the_one_that_was(string section, int total, int attempt)
    {
        var options = Started(section);

        Assert.Equal((total, attempt), (options.TotalTimeout.TotalMilliseconds, options.AttemptTimeout.TotalMilliseconds));
    }

    [Theory]
    [InlineData("""{ "Retry": { "BaseDelay": "20s" } }""", 20_000, 20_000)]
    [InlineData("""{ "Retry": { "MaxDelay": "100ms" } }""", 100, 100)]
    [InlineData("""{ "Retry": { "MaxDelay": "0s" } }""", 0, 0)]
    [InlineData("{}", 200, 10_000)]
    public void A_delay_that_was_not_set_follows_the_one_that_was(string section, int first, int longest)
    {
        var retry = Started(section).Retry;

        Assert.Equal((first, longest), (retry.BaseDelay.TotalMilliseconds, retry.MaxDelay.TotalMilliseconds));
    }

    [Theory]
    [InlineData("""{ "CircuitBreaker": { "RecoveryTimeout": "5m" } }""", 300_000, 300_000)]
    [InlineData("""{ "CircuitBreaker": { "MaxRecoveryTimeout": "5s" } }""", 5_000, 5_000)]
    [InlineData("{}", 5_000, 30_000)]
    public void A_recovery_timeout_that_was_not_set_follows_the_one_that_was(string section, int first, int longest)
    {
        var breaker = Started(section).CircuitBreaker;

        Assert.Equal((first, longest), (breaker.RecoveryTimeout.TotalMilliseconds, breaker.MaxRecoveryTimeout.TotalMilliseconds));
    }

    [Theory]
    [InlineData("""{ "retry": { "maxretries": 2, "jitter": "none" }, "ENABLED": "FALSE" }""")]
    public void Keys_names_and_flags_are_case_insensitive(string section)
    {
        var options = Started(section);

        Assert.Equal((2, HttpRetryJitter.None, false), (options.Retry.MaxRetries, options.Retry.Jitter, options.Enabled));
    }

    [Theory]
    [InlineData("""{ "Retry": null, "TotalTimeout": null }""")]
    [InlineData("""{ "Retry": {} }""")]
    [InlineData("null")]
    public void What_is_null_or_empty_is_not_set(string section)
    {
        var options = Started(section, defaults: """{ "Retry": { "MaxRetries": 2 }, "TotalTimeout": "5s" }""");

        Assert.Equal((2, 5), (options.Retry.MaxRetries, options.TotalTimeout.TotalSeconds));
    }

    [Fact]
    public void A_setting_that_a_value_of_the_defaults_requires_may_come_from_the_client()
    {
        var options = Started("""{ "Fallback": { "StatusCode": 200 } }""", defaults: """{ "Fallback": { "Content": "[]" } }""");

        Assert.Equal("[]", options.Fallback.Content);
    }

    private static ResilientHttpClientOptions Started(string section, string defaults = "{}")
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": {{section}} }""", defaults), services => services.AddResilientHttpClient("payments"));
        app.Client("payments").Dispose();
        return app.InForce("payments");
    }

    private static IEnumerable<T> InOrder<T>(T[] three, int order)
    {
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        return orders[order].Select(index => three[index]);
    }

    private sealed class Tenant;
}
