using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Toolkit;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Chaos.Registration;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>What stands under <c>secrets</c> is used, and written nowhere.</summary>
public sealed class ExperimentSecretsTests
{
    private const string Secret = "Hunter 2/x";

    /// <summary>More than a mistake quotes.</summary>
    private static readonly string Long = string.Concat(Enumerable.Repeat("0123456789", 10));

    [Theory]
    [InlineData(
        "an action",
        """ "type": "action", "provider": { "type": "http", "secrets": ["ops"], "url": "http://hooks.test/services/${hook}" } """)]
    [InlineData(
        "a password",
        """ "type": "action", "provider": { "type": "http", "secrets": ["ops"], "url": "http://ops:${word}@hooks.test/" } """)]
    [InlineData(
        "a pattern",
        """ "type": "probe", "secrets": ["ops"], "tolerance": { "type": "regex", "pattern": "${hook}" }, "provider": { "type": "http", "url": "http://hooks.test/" } """)]
    [InlineData(
        "a pattern of the provider's",
        """ "type": "probe", "tolerance": { "type": "regex", "pattern": "${hook}" }, "provider": { "type": "http", "secrets": ["ops"], "url": "http://hooks.test/" } """)]
    [InlineData("an answer", """ "type": "probe", "provider": { "type": "http", "url": "http://hooks.test/echo" } """)]
    [InlineData(
        "the environment",
        """ "type": "action", "provider": { "type": "http", "secrets": ["ops"], "url": "http://hooks.test/services/${fromOutside}" } """)]
    public async Task A_secret_is_in_no_text_that_a_run_makes(string name, string step)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(
            script => script.When("/echo", echo => echo.Always(200, $$"""{ "{{Secret}}": ["you said {{Secret}}"] }""")).Always(404), clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        using var console = new StringWriter();
        var experiment = Read($$"""{ {{step}}, "name": "{{name}}" }""");

        var result = await clock.RunAsync(() => runner.RunAsync(experiment, ChaosProgress.To(console)));

        Assert.Single(result.Method);
        foreach (var text in new[]
        {
            result.ToJournal(),
            result.ToString(),
            console.ToString(),
            string.Join(' ', result.Method.Select(static made => made.Exception?.Message))
        })
        {
            Assert.DoesNotContain("hunter", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(""" "type": "action", "provider": { "type": "http", "secrets": ["ops"], "url": "${hook}" } """)]
    [InlineData(
        """ "type": "probe", "secrets": ["ops"], "tolerance": "${hook}", "provider": { "type": "http", "url": "http://hooks.test/" } """)]
    public void A_secret_is_not_shown_in_any_error(string step)
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read($$"""{ {{step}}, "name": "n" }"""));

        Assert.DoesNotContain(Secret, exception.Message, StringComparison.Ordinal);
        Assert.Contains("***", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_beginning_of_a_secret_is_not_shown_in_an_error_that_truncates_it()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read("""
            { "type": "action", "name": "n", "provider": { "type": "resilience", "func": "set_faults", "secrets": ["ops"],
              "arguments": { "client": "payments", "Abort": { "Exception": "a ${long}", "Percentage": 5 } } } }
            """));

        Assert.StartsWith(
            "line 3: method[0].provider.arguments.Abort.Exception = \"a ***...\" ",
            Assert.Single(exception.Mistakes),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_comes_back_as_a_number_is_not_in_the_journal()
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(static script => script.Always(200, """{ "pin": 4711, "at": 14711 }"""), clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        var experiment = Read("""{ "type": "probe", "name": "n", "provider": { "type": "http", "url": "http://hooks.test/" } }""");

        var journal = JsonNode.Parse((await clock.RunAsync(() => runner.RunAsync(experiment))).ToJournal())!;

        Assert.Equal("""{"pin":"***","at":14711}""", journal["run"]![0]!["output"]!["body"]!.ToJsonString());
    }

    [Fact]
    public async Task A_secret_is_in_no_line_of_the_log_about_the_faults_that_an_experiment_sets()
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""", register: services => services.AddChaosExperiments()).StartAsync();
        using var runner = app.Services.GetRequiredService<ChaosExperimentRunner>();
        var experiment = Read("""
            { "type": "action", "name": "n", "provider": { "type": "resilience", "func": "set_faults", "secrets": ["ops"],
              "arguments": { "client": "payments", "Abort": { "Reset": true, "Percentage": 5 }, "Match": { "Header": "X-Test: ${word}" } } } }
            """);

        await app.Clock.RunAsync(() => runner.RunAsync(experiment));

        Assert.Equal(["payments: an experiment set faults: abort (reset) on 5 % with X-Test."], app.Logs.Named("FaultsSet"));
    }

    [Fact]
    public void A_secret_that_is_not_of_its_type_is_not_shown()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read("""
            { "type": "action", "name": "n", "provider": { "type": "http", "url": "http://hooks.test/" } }
            """, type: "int"));

        Assert.Equal(
            "line 1: secrets.ops.fromOutside takes its value from the environment variable HOOK, which is not of type int.",
            Assert.Single(exception.Mistakes));
    }

    [Fact]
    public void A_request_is_described_without_user_and_password() =>
        Assert.Equal("GET http://hooks.test:81/a%20b", new ChaosHttpRequest(new Uri("http://ops:pw@hooks.test:81/a b?key=1")).ToString());

    private static ChaosExperiment Read(string step, string type = "str") => ChaosExperiment.From(ExperimentReader.Read(
        Encoding.UTF8.GetBytes($$"""
            { "title": "t", "description": "d", "secrets": { "ops": { "hook": "{{Secret}}", "word": "hunter3", "pin": 4711, "long": "{{Long}}", "fromOutside": { "type": "env", "key": "HOOK", "env_var_type": "{{type}}" } } },
              "method": [ {{step}} ] }
            """),
        "test.json",
        given: null,
        static name => name == "HOOK" ? $"from outside {Secret}" : null));
}
