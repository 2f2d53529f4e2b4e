using System.Text.Json.Nodes;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>Writes the keys of a section as a JSON schema (draft 7, which editors read).</summary>
internal static class SchemaWriter
{
    private const string FlagPattern = @"^\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$";
    private const string NumberPattern = @"^\s*[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*$";
    private const string IntegerPattern = @"^\s*[+-]?[0-9]+\s*$";

    /// <summary>The schema of an appsettings file: other sections may stand beside this one.</summary>
    public static JsonObject Document(SectionNode root) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [root.Name] = Section(root) },
    };

    private static JsonObject Section(SectionNode section)
    {
        var keys = new JsonObject();
        foreach (var key in section.Keys)
        {
            keys.Add(key.Name, Node(key));
        }

        var below = new JsonObject
        {
            ["type"] = new JsonArray("object", "null"),
            ["properties"] = keys,
            ["additionalProperties"] = false,
        };
        return section.IsMap
            ? new()
            {
                ["description"] = section.Description,
                ["type"] = new JsonArray("object", "null"),
                ["additionalProperties"] = below,
            }
            : Described(section.Description, below);
    }

    private static JsonObject Node(SchemaNode node) => node switch
    {
        SectionNode section => Section(section),
        ValueNode { IsList: true } list => Described(Text(list), new()
        {
            ["type"] = new JsonArray("array", "null"),
            ["items"] = list.ItemKeys is { } keys
                ? new JsonObject { ["anyOf"] = new JsonArray(Value(list.Shape), Section(new(list.Name, list.Description, keys))) }
                : Value(list.Shape),
        }),
        ValueNode value => Described(Text(value), Value(value.Shape)),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string Text(ValueNode value) => $"{value.Description} Default: {value.Default}. Allowed: {value.Allowed}.";

    private static JsonObject Described(string description, JsonObject schema)
    {
        schema.Insert(0, "description", description);
        return schema;
    }

    /// <summary>Environment variables have texts only, so configuration reads a number or a flag from a text too.</summary>
    private static JsonObject Value(ValueShape shape) => shape.Kind switch
    {
        JsonKind.Flag => new() { ["type"] = new JsonArray("boolean", "string"), ["pattern"] = FlagPattern },
        JsonKind.Integer => Number(shape, "integer", IntegerPattern),
        JsonKind.Number => Number(shape, "number", NumberPattern),
        _ when shape.Choices is { } choices => new()
        {
            ["type"] = "string",
            ["enum"] = new JsonArray([.. choices.Select(static choice => JsonValue.Create(choice))]),
        },
        _ when shape.Pattern is { } pattern => new() { ["type"] = "string", ["pattern"] = pattern },
        _ => new() { ["type"] = "string" },
    };

    private static JsonObject Number(ValueShape shape, string type, string pattern) => new()
    {
        ["type"] = new JsonArray(type, "string"),
        [shape.AboveMin ? "exclusiveMinimum" : "minimum"] = shape.Min,
        ["maximum"] = shape.Max,
        ["pattern"] = pattern,
    };
}
