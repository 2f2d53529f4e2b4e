using System.Text;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Toolkit;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class ExperimentReaderTests
{
    private const string Whole = """
        {
          "version": "1.0.0",
          "title": "Orders are taken while ${what} is down",
          "description": "why",
          "tags": ["orders", "payments"],
          "contributions": { "reliability": "high" },
          "configuration": {
            "api": { "type": "env", "key": "API_URL", "default": "http://localhost:5000" },
            "what": "payments",
            "calls": 50
          },
          "secrets": { "ops": { "token": { "type": "env", "key": "TOKEN" }, "inline": "hunter2" } },
          "steady-state-hypothesis": {
            "title": "Orders are taken",
            "probes": [
              {
                "type": "probe",
                "name": "order",
                "tolerance": [200, 201],
                "provider": {
                  "type": "http",
                  "url": "${api}/orders",
                  "method": "post",
                  "headers": { "Content-Type": "application/json", "Authorization": "Bearer ${token}" },
                  "secrets": ["ops"],
                  "arguments": { "item": 7 },
                  "timeout": [1, 2]
                }
              },
              {
                "type": "probe",
                "name": "rate",
                "tolerance": { "type": "range", "range": [0.99, 1] },
                "provider": { "type": "resilience", "func": "success_rate", "arguments": { "url": "${api}/orders/1", "calls": "${calls}", "concurrency": 5 } }
              }
            ]
          },
          "method": [
            {
              "type": "action",
              "name": "break",
              "background": true,
              "provider": { "type": "http", "url": "${api}/faults", "method": "DELETE" },
              "pauses": { "before": 0.5, "after": 2 }
            },
            { "ref": "order" },
            { "type": "action", "name": "wait", "provider": { "type": "resilience", "func": "pause", "arguments": { "seconds": 3 } } }
          ],
          "rollbacks": [
            { "type": "action", "name": "mend", "provider": { "type": "resilience", "func": "clear_faults", "arguments": { "client": "payments" } } }
          ]
        }
        """;

    [Fact]
    public void A_whole_experiment_is_read()
    {
        var experiment = Read(Whole);

        Assert.Equal("Orders are taken while payments is down", experiment.Title);
        Assert.Equal("why", experiment.Description);
        Assert.Equal("Orders are taken", experiment.Hypothesis);
        Assert.Equal(["order", "rate"], experiment.SteadyState.Select(probe => probe.Name));
        Assert.Equal(["break", "order", "wait"], experiment.Method.Select(step => step.Name));
        Assert.Same(experiment.SteadyState[0], experiment.Method[1]);
        Assert.Equal(TimeSpan.FromSeconds(0.5), experiment.Method[0].PauseBefore);
        Assert.Equal(TimeSpan.FromSeconds(2), experiment.Method[0].PauseAfter);
        Assert.True(experiment.Method[0].Background);
        Assert.Equal(["mend"], experiment.Rollbacks.Select(step => step.Name));
    }

    [Theory]
    [InlineData(
        "\"title\": \"Orders are taken while ${what} is down\",", "", "line 1: title is missing: what the experiment asks, in one line.")]
    [InlineData("\"version\": \"1.0.0\"", "\"version\": \"2.0\"", "line 2: version must be \"1.0.0\" or \"0.1.0\", the versions of the " +
        "format that are read, not the text '2.0'.")]
    [InlineData("\"tags\"", "\"tagz\"", "line 5: tagz is not a known field. Did you mean 'tags'?")]
    [InlineData("\"description\": \"why\"", "\"description\": 3", "line 4: description must be a text, not 3.")]
    [InlineData("\"description\": \"why\"", "\"description\": \" \"", "line 4: description must be a text, not an empty one.")]
    [InlineData(
        "\"description\": \"why\"", "\"title\": \"again\", \"description\": \"why\"", "line 4: title occurs twice; remove one of them.")]
    [InlineData("\"tags\": [", "\"controls\": [{}], \"tags\": [", "line 5: controls is not supported: controls are Python code of the " +
        "Chaos Toolkit.")]
    [InlineData(
        "\"tags\": [", "\"extensions\": [{}], \"tags\": [", "line 5: extensions is not supported: extensions are not understood here.")]
    [InlineData("\"reliability\": \"high\"", "\"reliability\": \"very\"", "line 6: contributions.reliability must be \"high\", " +
        "\"medium\", \"low\" or \"none\", not the text 'very'.")]
    [InlineData("\"key\": \"API_URL\", \"default\": \"http://localhost:5000\"", "\"key\": \"NOT_SET\"", "line 8: configuration.api takes " +
        "its value from the environment variable NOT_SET, which is not set. Set it, or give a \"default\".")]
    [InlineData("\"default\": \"http://localhost:5000\"", "\"default\": { \"host\": \"localhost\" }", "line 8: configuration.api.default " +
        "must be a single value, not an object.")]
    [InlineData("\"default\": \"http://localhost:5000\"", "\"default\": []", "line 8: configuration.api.default must be a single value, " +
        "not a list.")]
    [InlineData("\"type\": \"env\", \"key\": \"TOKEN\"", "\"type\": \"vault\", \"key\": \"x\"", "line 12: secrets.ops.token.type 'vault' " +
        "is not supported: write the value, or take it from the environment with 'env'.")]
    [InlineData(
        "\"tolerance\": [200, 201],", "", "line 16: steady-state-hypothesis.probes[0] needs a \"tolerance\" that its value must meet.")]
    [InlineData("\"tolerance\": [200, 201],", "\"tolerance\": null,", "line 16: steady-state-hypothesis.probes[0] needs a \"tolerance\" " +
        "that its value must meet.")]
    [InlineData("\"type\": \"http\",", "\"type\": \"python\",", "line 21: steady-state-hypothesis.probes[0].provider.type 'python' is " +
        "not supported: use \"http\", or \"resilience\" with a \"func\", or write the step in code.")]
    [InlineData("\"url\": \"${api}/orders\"", "\"url\": \"orders\"", "line 22: steady-state-hypothesis.probes[0].provider.url must be an " +
        "absolute http or https address, not 'orders'.")]
    [InlineData("\"url\": \"${api}/orders\"", "\"url\": \"${apy}/orders\"", "line 22: steady-state-hypothesis.probes[0].provider.url " +
        "names ${apy}, which 'configuration' does not declare.")]
    [InlineData("\"secrets\": [\"ops\"],", "", "line 24: steady-state-hypothesis.probes[0].provider.headers.Authorization names ${token} " +
        "of the secrets 'ops'; add \"secrets\": [\"ops\"] to the provider.")]
    [InlineData("\"secrets\": [\"ops\"]", "\"secrets\": [\"opz\"]", "line 25: steady-state-hypothesis.probes[0].provider.secrets[0] must " +
        "name groups of 'secrets'; the text 'opz' is not one.")]
    [InlineData("\"timeout\": [1, 2]", "\"timeout\": \"1s\"", "line 27: steady-state-hypothesis.probes[0].provider.timeout must be a " +
        "number from 0.001 to 3600 (seconds), not the text '1s'.")]
    [InlineData("\"timeout\": [1, 2]", "\"expected_status\": 200", "line 27: steady-state-hypothesis.probes[0].provider.expected_status " +
        "is not supported: set the expected status as the probe's \"tolerance\".")]
    [InlineData("\"range\": [0.99, 1]", "\"range\": [1, 0.99]", "line 33: steady-state-hypothesis.probes[1].tolerance.range can never be " +
        "met: the lower bound must come first.")]
    [InlineData(
        "\"type\": \"range\", \"range\": [0.99, 1]", "\"type\": \"probe\"", "line 33: steady-state-hypothesis.probes[1].tolerance.type " +
            "must be \"range\", \"regex\" or \"jsonpath\"; 'probe' is not supported.")]
    [InlineData(
        "\"range\": [0.99, 1]",
        "\"range\": [0.99, 1], \"target\": \"body\"",
        "line 33: steady-state-hypothesis.probes[1].tolerance.target is only for HTTP probes; the value of this probe has no parts.")]
    [InlineData(
        "\"func\": \"success_rate\"",
        "\"func\": \"sucess_rate\"",
        "line 34: steady-state-hypothesis.probes[1].provider.func 'sucess_rate' is not a known function. Known functions: success_rate, " +
        "p95_latency, sends_per_call, circuit_state. Did you mean 'success_rate'?")]
    [InlineData("\"func\": \"success_rate\"", "\"func\": \"set_faults\"", "line 34: steady-state-hypothesis.probes[1].provider.func " +
        "'set_faults' belongs to a step of type \"action\".")]
    [InlineData("\"concurrency\": 5", "\"concurrency\": 0", "line 34: steady-state-hypothesis.probes[1].provider.arguments.concurrency " +
        "must be a number from 1 to 1000, not 0.")]
    [InlineData("\"concurrency\": 5", "\"concurrency\": 1.5", "line 34: steady-state-hypothesis.probes[1].provider.arguments.concurrency " +
        "must be a whole number.")]
    [InlineData("\"concurrency\": 5", "\"paralel\": 5", "line 34: steady-state-hypothesis.probes[1].provider.arguments.paralel is not a " +
        "known field. Known fields: client, url, method, headers, timeout, arguments, calls, concurrency.")]
    [InlineData(
        "\"background\": true", "\"background\": \"yes\"", "line 42: method[0].background must be true or false, not the text 'yes'.")]
    [InlineData(
        "\"type\": \"action\", \"name\": \"mend\",",
        "\"type\": \"action\", \"name\": \"mend\", \"background\": true,",
        "line 50: rollbacks[0] must not run in the background; only steps of the method can.")]
    [InlineData(
        "\"before\": 0.5", "\"before\": -1", "line 44: method[0].pauses.before must be a number from 0 to 86400 (seconds), not -1.")]
    [InlineData("\"ref\": \"order\"", "\"ref\": \"ordr\"", "line 46: method[1].ref refers to 'ordr', but no step has that name. Did you " +
        "mean 'order'?")]
    [InlineData(
        "\"ref\": \"order\"", "\"ref\": \"order\", \"name\": \"x\"", "line 46: method[1].name is not a known field. Known fields: ref.")]
    [InlineData("\"seconds\": 3", "\"sec\": 3", "line 47: method[2].provider.arguments.seconds is missing: how long.")]
    [InlineData(
        "{ \"client\": \"payments\" }", "{ }", "line 50: rollbacks[0].provider.arguments.client is missing: the name of the client.")]
    [InlineData("\"name\": \"mend\"", "\"name\": 4", "line 50: rollbacks[0].name must be a text, not 4.")]
    [InlineData("\"type\": \"action\", \"name\": " +
        "\"mend\"", "\"type\": \"act\", \"name\": \"mend\"", "line 50: rollbacks[0].type must be \"probe\" or \"action\", not 'act'.")]
    public void A_mistake_is_reported_with_its_line(string written, string instead, string mistake)
    {
        Assert.Contains(written, Whole, StringComparison.Ordinal);

        var exception = Assert.Throws<ChaosExperimentFormatException>(
            () => Read(Whole.Replace(written, instead, StringComparison.Ordinal)));

        Assert.Contains(mistake, exception.Mistakes);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_in_the_order_of_the_file()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read("""
            {
              "title": 5,
              "description": "d",
              "method": [
                { "type": "action", "name": "a", "provider": { "type": "process", "path": "ls" } }
              ],
              "rollback": []
            }
            """));

        Assert.Equal(
            [
                "line 2: title must be a text, not 5.",
                "line 5: method[0].provider.type 'process' is not supported: use \"http\", or \"resilience\" with a \"func\", or write " +
                    "the step in code.",
                "line 7: rollback is not a known field. Did you mean 'rollbacks'?",
            ],
            exception.Mistakes);
        Assert.StartsWith("test.json is not a valid experiment:", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"title\": \"x\",\n  oops\n}", "line 3: the file is not JSON:")]
    [InlineData("{ \"title\": \"x\" } { }", "line 1: the file is not JSON:")]
    [InlineData("", "line 1: the file is not JSON:")]
    [InlineData("[]", "line 1: must be an object, not a list.")]
    public void A_file_that_is_not_a_json_object_is_reported(string text, string mistake)
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read(text));

        Assert.StartsWith(mistake, exception.Mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_not_utf8_is_reported_with_its_line()
    {
        var bytes = Encoding.Latin1.GetBytes("{\n  \"title\": \"Auftr\u00e4ge\",\n  \"description\": \"d\",\n  \"method\": []\n}");

        var exception = Assert.Throws<ChaosExperimentFormatException>(() => ExperimentReader.Read(bytes, "test.json", given: null));

        Assert.Equal(
            "line 2: title contains invalid characters: save the file as UTF-8, and write surrogates (\\ud83d\\ude00) in pairs.",
            Assert.Single(exception.Mistakes));
    }

    [Theory]
    [InlineData("""{ "title": "\ud800", "description": "d", "method": [] }""", "title")]
    [InlineData("""{ "\ud800": "t", "description": "d", "method": [] }""", "")]
    public void Half_a_character_is_reported_with_its_line(string text, string path)
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read(text));

        Assert.StartsWith($"line 1: {path}", exception.Mistakes[0], StringComparison.Ordinal);
        Assert.Contains("contains invalid characters", exception.Mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_as_tolerance_of_an_http_probe_is_refused_since_it_can_never_be_met()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() =>
            Read(Whole.Replace("\"tolerance\": [200, 201]", "\"tolerance\": \"OK\"", StringComparison.Ordinal)));

        Assert.StartsWith(
            "line 19: steady-state-hypothesis.probes[0].tolerance can never be met", exception.Mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_expected_null_is_met_by_null_alone()
    {
        var tolerance = Read(
            Whole.Replace("[200, 201]", """{ "type": "jsonpath", "path": "$.body.error", "expect": null }""", StringComparison.Ordinal))
            .SteadyState[0].Tolerance!;

        Assert.Equal("$.body.error of status, headers and body to give null", tolerance.ToString());
        Assert.True(Accepts("""{ "error": null }"""));
        Assert.False(Accepts("""{ "error": "disk full" }"""));
        Assert.False(Accepts("{ }"));

        bool Accepts(string body) => tolerance.Accepts(JsonNode.Parse($$"""{ "status": 200, "body": {{body}} }"""));
    }

    [Fact]
    public void A_given_variable_goes_before_the_files_own_and_must_be_declared()
    {
        Assert.Equal("Orders are taken while stock is down", Read(Whole, new() { ["what"] = "stock" }).Title);

        var exception = Assert.Throws<ChaosExperimentFormatException>(() => Read(Whole, new() { ["wat"] = "stock" }));
        Assert.Equal("line 7: configuration does not declare 'wat', for which a value was given.", exception.Mistakes[0]);
    }

    [Fact]
    public void A_given_number_takes_the_place_of_a_number() =>
        Assert.Equal(["order", "rate"], Read(Whole, new() { ["calls"] = "5" }).SteadyState.Select(probe => probe.Name));

    [Theory]
    [InlineData("5", "7", "7")]
    [InlineData("5", "9007199254740993", "9007199254740993")]
    [InlineData("5", "0.50", "0.5")]
    [InlineData("true", "false", "false")]
    [InlineData("\"a\"", "7", "\"7\"")]
    [InlineData("null", "7", "\"7\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET" }""", "7", "\"7\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "int" }""", "7", "7")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "float" }""", "7", "7")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "float" }""", null, "3.7")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "int", "default": "9007199254740993" }""", null, "9007199254740993")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "bool", "default": "True" }""", null, "true")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "default": "50" }""", null, "\"50\"")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "str", "default": 50 }""", null, "50")]
    public void A_variable_has_the_type_of_its_declaration_wherever_its_value_comes_from(string declared, string? given, string value) =>
        Assert.Equal(value, ReadVariable(declared, given).SteadyState[0].Tolerance!.ToString());

    [Theory]
    [InlineData("5", "many", "configuration.n takes the given value, which is not of type number.")]
    [InlineData("true", "7", "configuration.n takes the given value, which is not of type bool.")]
    [InlineData("""{ "type": "env", "key": "SET", "env_var_type": "int" }""", null, "configuration.n takes its value from the " +
        "environment variable SET, which is not of type int.")]
    [InlineData(
        """{ "type": "env", "key": "NOT_SET", "env_var_type": "int", "default": "3.7" }""",
        null,
        "configuration.n takes its default, which is not of type int.")]
    [InlineData(
        """{ "type": "env", "key": "NOT_SET", "env_var_type": "integer", "default": 5 }""",
        null,
        "configuration.n.env_var_type must be str, int, float or bool, not 'integer'.")]
    [InlineData("""{ "type": "env", "key": "NOT_SET", "env_var_type": "integer" }""", "7", "configuration.n.env_var_type must be str, " +
        "int, float or bool, not 'integer'.")]
    public void A_value_that_is_not_of_the_declared_type_is_a_mistake(string declared, string? given, string mistake) =>
        Assert.Equal($"line 1: {mistake}", Assert.Throws<ChaosExperimentFormatException>(() => ReadVariable(declared, given)).Mistakes[0]);

    [Fact]
    public void The_journal_repeats_the_file_without_the_secrets_that_were_written_into_it()
    {
        var journal = new ChaosExperimentResult(Read(Whole)).ToJournal();

        Assert.DoesNotContain("hunter2", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("the token", journal, StringComparison.Ordinal);
        Assert.Contains("Bearer ${token}", journal, StringComparison.Ordinal);
        Assert.Contains("\"key\": \"TOKEN\"", journal, StringComparison.Ordinal);
    }

    /// <summary>An experiment whose only check expects the variable.</summary>
    private static ChaosExperiment ReadVariable(string declared, string? given) => Read(
        $$"""
        { "configuration": { "n": {{declared}} }, "title": "t", "description": "d", "method": [], "steady-state-hypothesis": { "title": "t", "probes": [
          { "type": "probe", "name": "p", "tolerance": "${n}", "provider": { "type": "resilience", "func": "circuit_state", "arguments": { "client": "c" } } } ] } }
        """,
        given is null ? null : new() { ["n"] = given });

    private static ChaosExperiment Read(string json, Dictionary<string, string>? given = null) =>
        ChaosExperiment.From(ExperimentReader.Read(Encoding.UTF8.GetBytes(json), "test.json", given, static name => name switch
        {
            "TOKEN" => "the token",
            "SET" => "3.7",
            _ => null,
        }));
}
