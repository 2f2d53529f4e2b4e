using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>Wrong settings stop the app at start, all of them at once and before anything else starts.</summary>
public sealed class StartCheckTests
{
    [Theory]
    [InlineData(
        """{ "ResilientHttpClient": { "Clients": { "payments": { "TotalTimeout": "3s" } } } }""",
        "The section ResilientHttpClient is not read. Did you mean ResilientHttpClients?")]
    [InlineData("""{ "ResilienceHttpClients": { "Defaults": { "TotalTimeout": "3s" } } }""", "The section ResilienceHttpClients is not read. Did you " +
        "mean ResilientHttpClients?")]
    [InlineData("""{ "ResilientHttpClients": "on" }""", "ResilientHttpClients = \"on\" is a value, but an object is expected")]
    [InlineData("""{ "ResilientHttpClients": { "Clients": "payments" } }""", "ResilientHttpClients:Clients = \"payments\" is a value, " +
        "but an object is expected")]
    [InlineData("""{ "ResilientHttpClients": { "Client": { "payments": {} } } }""", "ResilientHttpClients:Client is not a known key. " +
        "Allowed: Defaults, Clients")]
    [InlineData("""{ "ResilientHttpClients": { "Payments": { "Enabled": true } } }""", "ResilientHttpClients:Payments is not a known " +
        "key; the section of a client is ResilientHttpClients:Clients:Payments")]
    [InlineData("""{ "ResilientHttpClients": { "Defaults": { "MaxRetries": 2 } } }""", "ResilientHttpClients:Defaults:MaxRetries is not " +
        "a known key. Did you mean Retry:MaxRetries?")]
    public async Task A_mistake_outside_the_clients_section_stops_the_host(string settings, string told)
    {
        using var app = TestApp.With(settings, services => services.AddResilientHttpClient("payments"));

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Theory]
    [InlineData("""{ "ResilientHttpChaos": { "Clients": { } } }""")]
    [InlineData("""{ "ResilientHttpClient": { "Endpoint": "https://payments.internal/" } }""")]
    [InlineData("""{ "HttpClients": { "Clients": { "payments": { } } } }""")]
    public async Task A_section_that_is_not_a_misspelled_root_section_is_left_alone(string settings)
    {
        using var app = await TestApp.StartedAsync(settings, static services => services.AddResilientHttpClient("payments"));

        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task All_mistakes_of_all_clients_are_in_one_exception()
    {
        using var app = TestApp.With(
            TestApp.Clients(
                """{ "payments": { "TotalTimeout": "10", "Retry": { "MaxRetries": 200, "Jitter": "Fool" } }, "inventory": { "BaseAddress": "inventory" } }""",
                defaults: """{ "AttemptTimeout": "x" }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpClient("inventory", options => options.Retry.MaxRetries = -1);
            });

        Assert.Equal(
            [
                "ResilientHttpClients:Defaults:AttemptTimeout",
                "ResilientHttpClients:Clients:payments:Retry:Jitter",
                "ResilientHttpClients:Clients:payments:Retry:MaxRetries",
                "ResilientHttpClients:Clients:payments:TotalTimeout",
                "ResilientHttpClients:Clients:inventory:BaseAddress",
                "inventory: Retry.MaxRetries",
            ],
            (await app.MistakesAtStartAsync()).Select(mistake => mistake.Split(" = ")[0]));
    }

    [Fact]
    public void Without_a_host_the_first_client_that_is_created_reports_the_mistakes()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" } }"""), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory", options => options.Retry.MaxRetries = -1);
        });

        var wrong = Assert.Throws<OptionsValidationException>(() => app.Client("inventory"));
        Assert.Equal(2, wrong.Failures.Count());
    }

    [Fact]
    public async Task Nothing_of_the_app_starts_before_the_check()
    {
        var started = false;
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" } }"""), services =>
        {
            services.AddHostedService(_ => new Worker(() => started = true));
            services.AddResilientHttpClient("payments");
        });

        await app.MistakesAtStartAsync();
        Assert.False(started);
    }

    [Fact]
    public async Task The_order_of_the_chain_is_described_at_debug()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });

        Assert.Equal(
            ["Order of the chain of payments, inventory, outermost first: " +
             "TracingHandler > FallbackHandler > TotalTimeoutHandler > RetryHandler > HedgingHandler > " +
             "EndpointHandler > RateLimitHandler > ConcurrencyLimitHandler > CircuitBreakerHandler > AttemptTimeoutHandler."],
            app.Logs.Of(LogLevel.Debug).Select(line => line.Text));
    }

    private sealed class Worker(Action started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
