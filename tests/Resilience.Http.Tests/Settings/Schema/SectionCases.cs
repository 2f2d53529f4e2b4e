using System.Globalization;
using System.Text.Json.Nodes;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>Random sections with one key each, right or wrong in a way that a schema can see.</summary>
internal sealed class SectionCases(Random random)
{
    /// <summary>Keys that are wrong on their own, and those without a value by default, of which no right value is known here.</summary>
    private readonly (string[] Path, SchemaNode Node)[] _keys =
        [.. Flatten([], ConfigurationSchemas.ClientKeys()).Where(static key => key.Node is not ValueNode { Default: "none", IsList: false })
            .Where(static key => key.Node.Name != "ShareStaleAnswers")];

    public (JsonObject Section, string Change) Next()
    {
        var (path, node) = _keys[random.Next(_keys.Length)];
        var (key, content, change) = random.Next(6) switch
        {
            0 => ($"{node.Name}x", Right(node), "an unknown key"),
            1 when node is not ValueNode { IsList: true } =>
                (node.Name, new JsonObject { ["Nothing"] = 1 }, "an object with an unknown key"),
            2 when node is ValueNode { IsList: false } => (node.Name, new JsonArray("a", "b"), "a list"),
            3 when node is ValueNode value => (node.Name, Wrong(value), "a wrong value"),
            4 when node is SectionNode => (node.Name, JsonValue.Create("on"), "a text for a section"),
            _ => (node.Name, Right(node), "a right value"),
        };
        JsonNode? inner = new JsonObject { [key] = content };
        foreach (var name in path.Reverse())
        {
            inner = new JsonObject { [name] = inner };
        }

        return ((JsonObject)inner, change);
    }

    private static IEnumerable<(string[] Path, SchemaNode Node)> Flatten(string[] path, IReadOnlyList<SchemaNode> nodes) =>
        nodes.SelectMany(node => node is SectionNode section
            ? Flatten([.. path, section.Name], section.Keys).Prepend((path, section))
            : [(path, node)]);

    private JsonNode? Right(SchemaNode node) => node switch
    {
        SectionNode => new JsonObject(),
        ValueNode { IsList: true } => new JsonArray(),
        ValueNode { Shape: var shape } => shape.Kind switch
        {
            JsonKind.Flag => random.Next(2) == 0 ? JsonValue.Create(true) : JsonValue.Create("True"),
            JsonKind.Integer or JsonKind.Number =>
                JsonValue.Create(shape.AboveMin || random.Next(2) == 0 ? shape.Max : shape.Min),
            _ when shape.Choices is { } choices => JsonValue.Create(choices[random.Next(choices.Count)]),
            _ => JsonValue.Create(((ValueNode)node).Default.Split(',')[0]),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private JsonNode? Wrong(ValueNode node) => node switch
    {
        { IsList: true } => JsonValue.Create("a text"),
        { Shape: { Kind: JsonKind.Flag } } => random.Next(2) == 0 ? JsonValue.Create(1) : JsonValue.Create("yes"),
        { Shape: { Kind: JsonKind.Integer, Max: { } max } } =>
            random.Next(2) == 0 ? JsonValue.Create(max + 1) : JsonValue.Create("2.5"),
        { Shape: { Kind: JsonKind.Number, Max: { } max } } =>
            random.Next(2) == 0 ? JsonValue.Create(max + 0.5) : JsonValue.Create("many"),
        { Shape.Choices: not null } => JsonValue.Create(random.Next(100).ToString(CultureInfo.InvariantCulture)),
        { Shape.Pattern: not null } => random.Next(2) == 0 ? JsonValue.Create("soon") : JsonValue.Create(10),
        _ => new JsonObject { ["Nothing"] = 1 },
    };
}
