using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.JsonPaths;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class JsonPathTests
{
    /// <summary>An answer of Prometheus to an instant query.</summary>
    private static readonly JsonNode Prometheus = JsonNode.Parse("""
        {
          "status": "success",
          "data": {
            "resultType": "vector",
            "result": [
              { "metric": { "service": "payments", "code": 200 }, "value": [1700000000.123, "0.995"] },
              { "metric": { "service": "inventory", "code": 503 }, "value": [1700000000.123, "0.42"] }
            ]
          }
        }
        """)!;

    [Theory]
    [InlineData("$.status", """["success"]""")]
    [InlineData("status", """["success"]""")]
    [InlineData("$['data'].resultType", """["vector"]""")]
    [InlineData("$.data.result[0].value[1]", """["0.995"]""")]
    [InlineData("$.data.result[-1].value[1]", """["0.42"]""")]
    [InlineData("$.data.result[*].metric.service", """["payments","inventory"]""")]
    [InlineData("$.data.result.*.value[1]", """["0.995","0.42"]""")]
    [InlineData("$..service", """["payments","inventory"]""")]
    [InlineData("$.data..[1]", """[{"metric":{"service":"inventory","code":503},"value":[1700000000.123,"0.42"]},"0.995","0.42"]""")]
    [InlineData("$.data.result[?(@.metric.service == 'payments')].value[1]", """["0.995"]""")]
    [InlineData("$.data.result[?(@.metric.service=='payments')].value[1]", """["0.995"]""")]
    [InlineData("$.data.result[?(@.metric.service != \"payments\")].value[1]", """["0.42"]""")]
    [InlineData("$.data.result[?(@.value[1] >= 0.9)].metric.service", """["payments"]""")]
    [InlineData("$.data.result[?(@.value[1] < 0.9)].metric.service", """["inventory"]""")]
    [InlineData("$.data.result[?(@.metric.code > 200)].metric.service", """["inventory"]""")]
    [InlineData("$.data.result[?(@.metric.code <= 200)].metric.service", """["payments"]""")]
    [InlineData("$.data.result[?(@.metric.nothing)]", "[]")]
    [InlineData("$..[?(@.metric)].metric.service", """["payments","inventory"]""")]
    [InlineData("$..[?(@.code > 200)].service", """["inventory"]""")]
    [InlineData("$.data..[?(@.resultType)].resultType", """["vector"]""")]
    [InlineData("$.data.result[7]", "[]")]
    [InlineData("$.nothing.at.all", "[]")]
    [InlineData("$.status.nothing", "[]")]
    public void A_JSONPath_finds_the_matching_nodes(string path, string expected)
    {
        var found = JsonPath.Parse(path).Find(Prometheus);

        Assert.Equal(expected, new JsonArray([.. found.Select(node => node?.DeepClone())]).ToJsonString());
    }

    [Fact]
    public void A_filter_on_an_object_tests_the_object_as_the_chaos_toolkit_does()
    {
        var found = JsonPath
            .Parse("$.foo.*[?(@.baz)].baz")
            .Find(JsonNode.Parse("""{ "foo": [ { "baz": "hello" }, { "bar": 1 }, { "baz": "bonjour" } ] }"""));

        Assert.Equal(["hello", "bonjour"], found.Select(node => node!.GetValue<string>()));
    }

    [Theory]
    [InlineData("$[?(@.status != 'ok')]", """[{"status":"bad"},{}]""")]
    [InlineData("$[?(@.status == 'ok')]", """[{"status":"ok"}]""")]
    [InlineData("$[?(@.status == null)]", "[]")]
    [InlineData("$[?(@.status < 'c')]", """[{"status":"bad"}]""")]
    public void A_comparison_follows_RFC_9535(string path, string expected)
    {
        var found = JsonPath.Parse(path).Find(JsonNode.Parse("""[ { "status": "ok" }, { "status": "bad" }, { } ]"""));

        Assert.Equal(expected, new JsonArray([.. found.Select(node => node?.DeepClone())]).ToJsonString());
    }

    [Theory]
    [InlineData("""$['a\\b']""", """{ "a\\b": 1 }""")]
    [InlineData("""$['it\'s']""", """{ "it's": 1 }""")]
    [InlineData("""$["\"x\""]""", """{ "\"x\"": 1 }""")]
    [InlineData("""$['\u00e4\/\t']""", """{ "\u00e4/\t": 1 }""")]
    [InlineData("""$['\ud83d\ude00']""", """{ "\ud83d\ude00": 1 }""")]
    public void Escapes_in_quoted_names_are_read(string path, string json) =>
        Assert.Single(JsonPath.Parse(path).Find(JsonNode.Parse(json)));

    [Theory]
    [InlineData("$.", "'$.' is not a supported path: at character 3 a name was expected.")]
    [InlineData("$.a[", "'$.a[' is not a supported path: at character 5 a number, a quoted name, * or ?( was expected.")]
    [InlineData("$.a[1", "'$.a[1' is not a supported path: at character 6 ']' was expected.")]
    [InlineData("$.a['b]", "'$.a['b]' is not a supported path: at character 5 the quote is never closed.")]
    [InlineData("$.a[?(@.b == c)]", "'$.a[?(@.b == c)]' is not a supported path: at character 14 a number, a quoted text, true, false or " +
        "null was expected.")]
    [InlineData("$.a[1:3]", "'$.a[1:3]' is not a supported path: at character 6 ']' was expected.")]
    [InlineData("$.a['\\x']", "'$.a['\\x']' is not a supported path: at character 6 an escape of JSON was expected.")]
    [InlineData("$.a['\\u12']", "'$.a['\\u12']' is not a supported path: at character 6 an escape of JSON was expected.")]
    [InlineData("$x", "'$x' is not a supported path: at character 2 a '.' or '[' was expected.")]
    [InlineData("$.a b", "'$.a b' is not a supported path: at character 4 a '.' or '[' was expected.")]
    public void What_is_not_understood_is_refused_with_its_place(string path, string message)
    {
        var exception = Assert.Throws<ArgumentException>(() => JsonPath.Parse(path));

        Assert.Equal(message, exception.Message);
    }
}
