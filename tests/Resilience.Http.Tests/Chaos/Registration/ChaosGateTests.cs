using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>Each gate by itself keeps faults away from a real client of the factory.</summary>
public sealed class ChaosGateTests
{
    private const string Soon = "\"Until\": \"2030-01-01T13:00:00Z\"";

    [Fact]
    public async Task With_all_gates_open_a_fault_is_injected()
    {
        using var app = await new ChaosFixture(ChaosFixture.On()).StartAsync();

        Assert.True(await app.IsStruckAsync());
        Assert.Empty(app.Server.Requests);
    }

    [Fact]
    public async Task No_fault_is_injected_if_chaos_is_not_enabled()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On().Replace("\"Enabled\": true", "\"Enabled\": false", StringComparison.Ordinal)).StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task Without_any_settings_nothing_is_injected()
    {
        using var app = await new ChaosFixture("{}").StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task An_environment_that_is_not_allowed_keeps_faults_away()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(others: Soon), "Live").StartAsync();

        Assert.False(await app.IsStruckAsync());
        Assert.Equal(
            ["ResilientHttpChaos:Enabled is true, but no faults are injected: the environment 'Live' is not one of " +
                "ResilientHttpChaos:AllowedEnvironments."],
            app.Logs.Named("ChaosHeldBack"));
    }

    [Fact]
    public async Task An_environment_that_configuration_allows_is_open()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(others: $"{Soon}, \"AllowedEnvironments\": [ \"Live\" ]"), "Live").StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Fact]
    public async Task Production_keeps_faults_away_even_if_configuration_names_it()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(others: $"{Soon}, \"AllowedEnvironments\": [ \"Production\" ]"), "Production").StartAsync();

        Assert.False(await app.IsStruckAsync());
        Assert.Equal(
            ["ResilientHttpChaos:Enabled is true, but no faults are injected: the environment is 'Production' and AllowInProduction() " +
                "was not called in code."],
            app.Logs.Named("ChaosHeldBack"));
    }

    [Fact]
    public async Task Code_opens_production()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(others: Soon),
            "Production",
            services => services.AddResilientHttpChaos(static chaos => chaos.AllowInProduction())).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Theory]
    [InlineData("Staging")]
    [InlineData("Production")]
    public async Task Outside_of_development_an_end_is_required_at_start(string environment)
    {
        using var app = new ChaosFixture(
            ChaosFixture.On(), environment, services => services.AddResilientHttpChaos(static chaos => chaos.AllowInProduction()));

        var mistake = Assert.Single(await app.MistakesAtStartAsync());
        Assert.StartsWith($"ResilientHttpChaos:Until is not set, and the environment is {environment}", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_the_gate_is_closed_anyway_Until_is_not_required()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(), "Production").StartAsync();

        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_injection_stops_at_the_end_time()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(others: Soon), "Staging").StartAsync();

        Assert.True(await app.IsStruckAsync());
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_schedule_opens_and_closes()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(others: "\"Schedule\": { \"Days\": [ \"Tuesday\" ], \"From\": \"13:00\", \"To\": \"14:00\" }")).StartAsync();

        Assert.False(await app.IsStruckAsync());
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await app.IsStruckAsync());
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await app.IsStruckAsync());
    }

    [Fact]
    public async Task A_dry_run_keeps_faults_away()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(others: "\"DryRun\": true")).StartAsync();

        Assert.False(await app.IsStruckAsync());
        Assert.Single(app.Logs.Named("FaultDecided"));
    }

    [Fact]
    public async Task A_client_without_a_host_to_name_an_environment_is_treated_as_production()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpChaos(static chaos => (chaos.Enabled, chaos.Until) = (true, DateTimeOffset.MaxValue));
        services.AddHttpClient("payments").AddChaos(static faults => faults.Abort = new() { Reset = true, Percentage = 100 });
        services.UseScriptedServer("payments", static script => script.Always(200));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        using var response = await client.GetAsync(new Uri("http://payments.test/"), TestContext.Current.CancellationToken);

        Assert.False(response.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task What_is_on_and_until_when_is_a_warning_at_start()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(others: Soon), "Staging").StartAsync();

        Assert.Equal(
            [
                "Chaos faults are active in environment Staging, until 2030-01-01 13:00:00Z: payments: abort (reset) on 100 %. "
                + "To stop them, set ResilientHttpChaos:Enabled to false.",
            ],
            app.Logs.Named("ChaosOn"));
    }

    [Fact]
    public async Task A_percentage_that_looks_like_a_share_is_a_warning_in_an_experiment_too()
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""", register: services => services.AddChaosExperiments()).StartAsync();
        using var runner = app.Services.GetRequiredService<ChaosExperimentRunner>();

        await runner.RunAsync(
            new ChaosExperiment
            {
                Title = "t",
                Method = [ChaosAction.SetFaults("break", "payments", new() { Abort = new() { Reset = true, Percentage = 0.5 } })]
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            ["payments:Abort:Percentage is 0.5, which is less than 1 of 100 calls. Percentages go from 0 to 100. Did you mean 50?"],
            app.Logs.Named("PercentageLooksLikeShare"));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0, 0)] // that of the variable, which is a share, stays
    public async Task A_percentage_that_looks_like_a_share_is_a_warning_for_all_clients_in_code(
        double percentage, int warnings)
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true }, "CHAOS_FAILURE_RATE": "0.005" }""",
            register: services => services.ConfigureHttpClientDefaults(defaults => defaults.AddChaos(faults =>
            {
                if (percentage > 0)
                {
                    faults.SlowBody = new() { BytesPerSecond = 1_000, Percentage = percentage };
                }
            }))).StartAsync();

        Assert.Equal(
            Enumerable.Repeat(
                "AddChaos in ConfigureHttpClientDefaults:SlowBody:Percentage is 0.5, which is less than 1 of 100 calls. "
                + "Percentages go from 0 to 100. Did you mean 50?",
                warnings),
            app.Logs.Named("PercentageLooksLikeShare"));
    }

    [Fact]
    public async Task A_percentage_that_looks_like_a_share_is_a_warning()
    {
        using var app = await new ChaosFixture(ChaosFixture.On("""{ "Abort": { "Reset": true, "Percentage": 0.2 } }""")).StartAsync();

        Assert.Equal(
            [
                "ResilientHttpChaos:Clients:payments:Abort:Percentage is 0.2, which is less than 1 of 100 calls. Percentages go from 0 " +
                    "to 100. Did you mean 20?",
            ],
            app.Logs.Named("PercentageLooksLikeShare"));
    }

    [Fact]
    public async Task Faults_of_a_client_without_the_handler_are_a_warning()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(), register: services => services.AddHttpClient("inventory").AddChaos()).StartAsync();

        Assert.Equal(
            [
                "The faults of ResilientHttpChaos:Clients:payments match no client: the client has no fault handler; call AddChaos() on " +
                    "it, or AddResilientHttpChaos() for all clients.",
            ],
            app.Logs.Named("FaultsUnread"));
    }

    [Fact]
    public async Task Faults_of_an_unknown_client_are_a_warning_that_suggests_a_name()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On().Replace("payments", "paymnets", StringComparison.Ordinal),
            register: services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpChaos();
            }).StartAsync();

        Assert.Equal(
            [
                "The faults of ResilientHttpChaos:Clients:paymnets match no client: no resilient client has that name. Did you mean " +
                "payments? Plain HttpClients are not checked.",
            ],
            app.Logs.Named("FaultsUnread"));
    }
}
