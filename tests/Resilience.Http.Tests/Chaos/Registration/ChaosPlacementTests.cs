using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>Where the fault handler stands, and whose faults it injects.</summary>
public sealed class ChaosPlacementTests
{
    [Fact]
    public async Task The_fault_handler_is_placed_below_handlers_that_are_added_after_it()
    {
        var outer = new Counting();
        using var app = await new ChaosFixture(ChaosFixture.On(), register: services =>
            services.AddHttpClient("payments").AddChaos().AddHttpMessageHandler(() => outer)).StartAsync();

        Assert.True(await app.IsStruckAsync());
        Assert.Equal(1, outer.Calls);
    }

    [Fact]
    public async Task Chaos_can_be_added_to_one_client_only()
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true, "Clients": { "payments": { "Abort": { "Reset": true, "Percentage": 100 } } } } }""",
            register: services => services.AddHttpClient("inventory").AddChaos()).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task Chaos_in_the_factorys_defaults_applies_to_all_clients()
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""",
            register: services => services.ConfigureHttpClientDefaults(defaults => defaults.AddChaos(static faults =>
                faults.Abort = new() { ConnectionRefused = true, Percentage = 100 }))).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Fact]
    public async Task Chaos_that_is_added_twice_injects_once()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On("""{ "Latency": { "Min": "1s", "Percentage": 100 } }"""),
            register: services =>
            {
                services.AddResilientHttpChaos();
                services.AddResilientHttpChaos();
                services.AddHttpClient("payments").AddChaos();
                services.AddChaosExperiments();
            }).StartAsync();

        Assert.True(await app.IsStruckAsync());
        Assert.Equal(TimeSpan.FromSeconds(1), app.Clock.Elapsed);
    }

    [Fact]
    public async Task Code_takes_precedence_over_configuration()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On("""{ "Abort": { "Reset": true, "Percentage": 100 } }"""),
            register: services => services.AddHttpClient("payments").AddChaos(static faults => faults.Abort!.Percentage = 0)).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_retry_of_a_resilient_client_gets_the_fault_at_every_attempt()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On("""{ "Abort": { "StatusCode": 503, "Percentage": 100 } }"""),
            register: services =>
            {
                services.AddResilientHttpChaos();
                services.AddHttpClient("payments").AddResilience(static options => options.Retry.MaxRetries = 2);
            }).StartAsync();
        using var client = app.Client();

        using var response = await app.Clock.RunAsync(() => client.GetAsync("charges"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(3, app.Logs.Named("FaultInjected").Count);
        Assert.Empty(app.Server.Requests);
    }

    [Fact]
    public async Task The_attempt_timeout_cuts_an_injected_hang()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On("""{ "Abort": { "Hang": true, "Percentage": 100 } }"""),
            register: services =>
            {
                services.AddResilientHttpChaos();
                services.AddHttpClient("payments").AddResilience(static options =>
                {
                    options.AttemptTimeout = TimeSpan.FromSeconds(2);
                    options.Retry.MaxRetries = 0;
                });
            }).StartAsync();
        using var client = app.Client();

        await Assert.ThrowsAsync<RequestTimedOutException>(() => app.Clock.RunAsync(() => client.GetAsync("charges")));

        Assert.Equal(TimeSpan.FromSeconds(2), app.Clock.Elapsed);
    }

    [Fact]
    public async Task A_logger_provider_of_the_app_may_take_the_factory()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments");
        services.AddResilientHttpChaos();
        await using var provider = await ShippedLogs.AppAsync(services);

        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        Assert.NotNull(client);
    }

    [Fact]
    public async Task The_match_of_the_factorys_defaults_narrows_their_faults_and_not_a_clients_own()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(ChaosFixture.Reset),
            register: services => services.ConfigureHttpClientDefaults(defaults => defaults.AddChaos(static faults =>
            {
                faults.Latency = new() { Min = TimeSpan.FromSeconds(1), Percentage = 100 };
                faults.Match = new() { Methods = ["POST"] };
            }))).StartAsync();
        using var client = app.Client();

        Assert.True(await app.IsStruckAsync());
        Assert.Equal(TimeSpan.Zero, app.Clock.Elapsed);

        await Assert.ThrowsAsync<HttpRequestException>(() => app.Clock.RunAsync(() => client.PostAsync("charges", content: null)));
        Assert.Equal(TimeSpan.FromSeconds(1), app.Clock.Elapsed);
    }

    [Fact]
    public async Task The_match_of_a_client_narrows_the_faults_of_the_defaults_too()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On("""{ "Match": { "Methods": [ "POST" ] } }"""),
            register: services => services.ConfigureHttpClientDefaults(defaults => defaults.AddChaos(static faults =>
                faults.Abort = new() { Reset = true, Percentage = 100 }))).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_seed_of_the_testing_kit_gives_the_same_faults_again()
    {
        Assert.Equal(await Struck(7), await Struck(7));
        Assert.NotEqual(await Struck(7), await Struck(8));

        static async Task<string> Struck(int seed)
        {
            using var app = await new ChaosFixture(
                ChaosFixture.On("""{ "Abort": { "Reset": true, "Percentage": 50 } }"""),
                register: services =>
                {
                    services.AddResilientHttpChaos();
                    services.UseSeededChance(seed);
                }).StartAsync();
            var struck = "";
            for (var i = 0; i < 50; i++)
            {
                struck += await app.IsStruckAsync() ? "x" : ".";
            }

            return struck;
        }
    }

    private sealed class Counting : DelegatingHandler
    {
        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
