using System.Text;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Toolkit;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>What chaostoolkit-lib does with a file that both can run, done here too.</summary>
public sealed class ToolkitParityTests
{
    private const string Answer = """{ "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "open": 0 } }""";

    [Theory]
    [InlineData("$.open", false)]
    [InlineData("$.body.open", true)]
    [InlineData("$.status", true)]
    [InlineData("$.headers['Content-Type']", true)]
    public void A_jsonpath_without_a_target_runs_over_status_headers_and_body(string path, bool met) =>
        Assert.Equal(met, Tolerance($$"""{ "type": "jsonpath", "path": "{{path}}" }""").Accepts(JsonNode.Parse(Answer)));

    [Theory]
    [InlineData("body", "$.open", true)]
    [InlineData("body", "$.status", false)]
    [InlineData("headers", "$['Content-Type']", true)]
    public void A_jsonpath_with_a_target_runs_over_that_part(string target, string path, bool met) =>
        Assert.Equal(
            met, Tolerance($$"""{ "type": "jsonpath", "path": "{{path}}", "target": "{{target}}" }""").Accepts(JsonNode.Parse(Answer)));

    [Fact]
    public void A_jsonpath_in_code_runs_over_the_body() => Assert.True(ChaosTolerance.AtPath("$.open", 0).Accepts(JsonNode.Parse(Answer)));

    [Theory]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "$.a", 2)]
    [InlineData("{ \"b\": { \"a\": 1, \"a\": 2 } }", "$.b.a", 2)]
    public void The_last_of_two_members_with_the_same_name_counts(string body, string path, int value) =>
        Assert.True(ChaosTolerance.AtPath(path, value).Accepts(new JsonObject { ["status"] = 200, ["body"] = body }));

    [Theory]
    [InlineData("$who", "ops")]
    [InlineData("${who}", "ops")]
    [InlineData("for $who!", "for ops!")]
    [InlineData("$who-$who", "ops-ops")]
    [InlineData("$$who", "$who")]
    [InlineData("$${who}", "${who}")]
    [InlineData("$$", "$")]
    [InlineData("$$$who", "$ops")]
    [InlineData("100$", "100$")]
    [InlineData("$5", "$5")]
    [InlineData("a $ b", "a $ b")]
    [InlineData("$whom", "$whom")]
    [InlineData("$filter=x eq $who", "$filter=x eq ops")]
    public void A_dollar_sign_is_read_as_in_a_Python_string_template(string text, string value) =>
        Assert.Equal(value, Substituted($"\"{text}\""));

    [Theory]
    [InlineData("$calls", "7")]
    [InlineData("${calls}", "7")]
    [InlineData("$$calls", "\"$calls\"")]
    [InlineData("$calls ", "\"7 \"")]
    public void A_text_that_is_one_name_keeps_the_kind_of_the_value(string text, string json) =>
        Assert.Equal(json, Read($$"""
            { "title": "t", "description": "d", "method": [], "configuration": { "calls": 7 },
              "steady-state-hypothesis": { "title": "t", "probes": [
                { "type": "probe", "name": "n", "tolerance": "{{text}}", "provider": { "type": "resilience", "func": "circuit_state", "arguments": { "client": "c" } } } ] } }
            """).SteadyState[0].Tolerance!.ToString());

    [Fact]
    public void A_name_of_secrets_that_the_step_does_not_name_is_a_mistake_in_either_form()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read("""
            { "title": "t", "description": "d", "secrets": { "ops": { "token": "hunter2" } },
              "method": [ { "type": "action", "name": "a", "provider": { "type": "http", "url": "http://a.test/$token" } } ] }
            """));

        Assert.Contains("names $token of the secrets 'ops'; add", Assert.Single(exception.Mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"controls\": []")]
    [InlineData("\"controls\": null")]
    [InlineData("\"extensions\": []")]
    [InlineData("\"dry\": false")]
    [InlineData("\"dry\": \"\"")]
    [InlineData("\"runtime\": {}")]
    [InlineData("\"runtime\": { \"rollbacks\": { \"strategy\": \"always\" }, \"hypothesis\": { \"strategy\": \"default\" } }")]
    [InlineData("\"steady-state-hypothesis\": null")]
    [InlineData("\"steady-state-hypothesis\": { \"title\": \"t\" }")]
    [InlineData("\"steady-state-hypothesis\": { \"title\": \"t\", \"probes\": [], \"controls\": [] }")]
    [InlineData("\"steady-state-hypothesis\": { \"title\": \"t\", \"probes\": null }")]
    public void A_field_of_an_experiment_that_changes_nothing_is_accepted(string field) =>
        Assert.Empty(Read($$"""{ "title": "t", "description": "d", "method": [], {{field}} }""").SteadyState);

    [Theory]
    [InlineData("\"controls\": []", "\"timeout\": 1")]
    [InlineData("\"configuration\": {}", "\"verify_tls\": true")]
    [InlineData("\"pauses\": {}", "\"max_retries\": 0")]
    [InlineData("\"secrets\": []", "\"expected_status\": null")]
    public void A_field_of_a_step_that_changes_nothing_is_accepted(string ofStep, string ofProvider) => Assert.Single(Read($$"""
        { "title": "t", "description": "d",
          "method": [ { "type": "action", "name": "a", {{ofStep}}, "provider": { "type": "http", "url": "http://a.test/", {{ofProvider}} } } ] }
        """).Method);

    [Theory]
    [InlineData("\"runtime\": { \"rollbacks\": { \"strategy\": \"never\" } }", "runtime is not supported")]
    [InlineData("\"dry\": true", "dry is not supported")]
    [InlineData("\"dry\": \"actions\"", "dry is not supported")]
    public void A_field_that_would_change_something_is_refused(string field, string mistake) => Assert.Contains(
        mistake,
        Assert.Throws<ChaosExperimentFormatException>(
            () => Read($$"""{ "title": "t", "description": "d", "method": [], {{field}} }""")).Mistakes[0],
        StringComparison.Ordinal);

    [Fact]
    public async Task A_hypothesis_without_probes_is_noted_in_the_result()
    {
        var clock = new VirtualTimeProvider();
        using var runner = new ChaosExperimentRunner(clock);

        var result = await clock.RunAsync(() => runner.RunAsync(Read("""
            { "title": "t", "description": "d", "method": [], "steady-state-hypothesis": { "title": "all is well" } }
            """)));

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        Assert.Equal(["The hypothesis has no probes, so no steady state was checked."], result.Notes);
    }

    private static string Substituted(string value)
    {
        var action = Read($$"""
            { "title": {{value}}, "description": "d", "configuration": { "who": "ops" }, "method": [] }
            """);
        return action.Title;
    }

    private static ChaosTolerance Tolerance(string tolerance) => Read($$"""
        { "title": "t", "description": "d", "method": [], "steady-state-hypothesis": { "title": "t", "probes": [
            { "type": "probe", "name": "n", "tolerance": {{tolerance}}, "provider": { "type": "http", "url": "http://a.test/" } } ] } }
        """).SteadyState[0].Tolerance!;

    private static ChaosExperiment Read(string json) =>
        ChaosExperiment.From(ExperimentReader.Read(Encoding.UTF8.GetBytes(json), "test.json", given: null, static _ => null));
}
