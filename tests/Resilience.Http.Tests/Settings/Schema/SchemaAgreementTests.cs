using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>
/// An editor and the check at start judge the same settings alike. What a schema cannot say is left to the start: the range of a time, the
/// form of an address, a media type or a gRPC method, a number that is written as a text, and keys that contradict each other. A schema
/// is stricter about forms that configuration reads, but that nobody writes: <c>retry</c> for <c>Retry</c>, or an object for a list.
/// </summary>
public sealed partial class SchemaAgreementTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigurationSchemas.Clients);

    public static TheoryData<string, string> Examples()
    {
        var examples = new TheoryData<string, string>();
        foreach (var page in Directory.GetFiles(Checkout.PathOf("docs"), "*.md").Append(Checkout.PathOf("README.md")))
        {
            foreach (Match block in JsonBlock().Matches(File.ReadAllText(page)))
            {
                if (block.Value.Contains("\"ResilientHttpClients\"", StringComparison.Ordinal))
                {
                    examples.Add(Path.GetFileName(page), block.Groups["json"].Value);
                }
            }
        }

        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_the_docs_is_valid_for_the_schema_and_the_startup_check(string page, string json)
    {
        var settings = Parse(json);

        Assert.True(IsValid(settings), page);
        Assert.Empty(StartupCheck.FindMistakes(settings));
    }

    [Theory]
    [InlineData("appsettings.json")]
    [InlineData("appsettings.Development.json")]
    public void The_settings_of_the_template_fit_the_schema(string file) =>
        Assert.True(IsValid(Parse(File.ReadAllText(Checkout.PathOf($"templates/content/resilient-api/resilient-api/{file}")))));

    [Fact]
    public void Schema_and_startup_check_agree_on_five_hundred_random_sections()
    {
        const int Seed = 20261130;
        var cases = new SectionCases(new Random(Seed));
        for (var i = 0; i < 500; i++)
        {
            var (section, change) = cases.Next();
            var settings = new JsonObject
            {
                ["ResilientHttpClients"] = new JsonObject { ["Clients"] = new JsonObject { ["payments"] = section } },
            };

            var mistakes = StartupCheck.FindMistakes(settings);

            Assert.True(
                IsValid(settings) == (mistakes.Count == 0),
                $"seed {Seed}, case {i} ({change}): {settings.ToJsonString()} {string.Join("; ", mistakes)}");
        }
    }

    [Fact]
    public void A_section_of_faults_is_validated_by_the_schema_too()
    {
        var schema = JsonSchema.FromText(ConfigurationSchemas.Chaos);
        const string Right = """
            { "ResilientHttpChaos": { "Enabled": true, "Clients": { "payments": { "Latency": { "Max": "2s", "Percentage": 10 } } } } }
            """;

        Assert.True(IsValid(Parse(Right), schema));
        Assert.False(IsValid(Parse(Right.Replace("\"2s\"", "2", StringComparison.Ordinal)), schema));
        Assert.False(IsValid(Parse(Right.Replace("Latency", "Latencies", StringComparison.Ordinal)), schema));
        Assert.False(IsValid(Parse(Right.Replace("10", "101", StringComparison.Ordinal)), schema));
    }

    private static bool IsValid(JsonObject settings, JsonSchema? schema = null) =>
        (schema ?? Schema).Evaluate(JsonSerializer.SerializeToElement(settings)).IsValid;

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(
        json, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;

    [GeneratedRegex("```jsonc?\n(?<json>\\{.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
