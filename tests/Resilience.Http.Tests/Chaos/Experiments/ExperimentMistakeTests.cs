using System.Text;
using Resilience.Http.Chaos.Experiments.Toolkit;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentFiles;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>A mistake in an experiment file is reported with its line.</summary>
public sealed class ExperimentMistakeTests
{
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
    public void A_string_tolerance_of_an_http_probe_is_refused_since_it_can_never_be_met()
    {
        var exception = Assert.Throws<ChaosExperimentFormatException>(() =>
            Read(Whole.Replace("\"tolerance\": [200, 201]", "\"tolerance\": \"OK\"", StringComparison.Ordinal)));

        Assert.StartsWith(
            "line 19: steady-state-hypothesis.probes[0].tolerance can never be met", exception.Mistakes[0], StringComparison.Ordinal);
    }
}
