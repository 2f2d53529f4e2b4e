using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>Faults that variables of the environment set, for one client or for all.</summary>
public sealed class ChaosVariablesTests
{
    [Fact]
    public async Task Variables_of_the_environment_reach_every_setting()
    {
        using var app = await new ChaosFixture(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ResilientHttpChaos:Enabled"] = "true",
            ["ResilientHttpChaos:Clients:payments:Abort:Percentage"] = "100",
            ["ResilientHttpChaos:Clients:payments:Abort:StatusCode"] = "429",
            ["ResilientHttpChaos:Clients:payments:Match:Methods:0"] = "GET",
        })).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_plain_variables_set_faults_for_all_clients()
    {
        const int calls = 1_000;
        var random = new Random(20300101);
        using var app = await new ChaosFixture(
            """{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "0.2", "CHAOS_LATENCY_MS": "200" }""",
            register: services => services.AddResilientHttpChaos(chaos => chaos.Chance = random.NextDouble)).StartAsync();
        using var client = app.Client();

        var failed = 0;
        await app.Clock.RunAsync(async () =>
        {
            for (var i = 0; i < calls; i++)
            {
                using var response = await client.GetAsync("charges");
                failed += response.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
            }
        });

        Assert.InRange(failed * 100.0 / calls, 17, 23);
        Assert.InRange(app.Clock.Elapsed.TotalMilliseconds / calls, 95, 105); // each drawn from 0 to 200 ms
        Assert.Empty(app.Logs.Named("PercentageLooksLikeShare"));
    }

    [Theory]
    [InlineData("""{ "CHAOS_FAILURE_RATE": "1" }""", "Development", false)]
    [InlineData("""{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1" }""", "Development", true)]
    [InlineData("""{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1" }""", "Production", false)]
    [InlineData("""{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1" }""", "Live", false)]
    [InlineData(
        """{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1", "ResilientHttpChaos": { "Until": "2030-01-01T13:00:00Z" } }""",
        "Staging",
        true)]
    [InlineData(
        """{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1", "ResilientHttpChaos": { "Until": "2030-01-01T11:00:00Z" } }""",
        "Staging",
        false)]
    [InlineData(
        """{ "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1", "ResilientHttpChaos": { "DryRun": true } }""", "Development", false)]
    [InlineData(
        """{ "CHAOS_ENABLED": "false", "CHAOS_FAILURE_RATE": "1", "ResilientHttpChaos": { "Enabled": true } }""", "Development", false)]
    public async Task The_plain_variables_pass_the_same_gates(string settings, string environment, bool struck)
    {
        using var app = await new ChaosFixture(settings, environment).StartAsync();

        Assert.Equal(struck, await app.IsStruckAsync());
    }

    [Fact]
    public async Task A_fault_of_a_client_takes_precedence_over_the_one_for_all_clients()
    {
        using var app = await new ChaosFixture("""
            { "CHAOS_ENABLED": "true", "CHAOS_FAILURE_RATE": "1",
              "ResilientHttpChaos": { "Clients": { "payments": { "Abort": { "StatusCode": 418, "Percentage": 100 } } } } }
            """).StartAsync();
        using var client = app.Client();

        using var response = await app.Clock.RunAsync(() => client.GetAsync("charges"));

        Assert.Equal(418, (int)response.StatusCode);
    }
}
