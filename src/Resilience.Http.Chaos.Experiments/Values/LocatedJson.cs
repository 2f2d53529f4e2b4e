using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>A JSON value with its line and path.</summary>
internal sealed class LocatedJson
{
    private LocatedJson(JsonValueKind kind, int line, string path) => (Kind, Line, Path) = (kind, line, path);

    public JsonValueKind Kind { get; }

    /// <summary>The line on which the value begins, counted from 1.</summary>
    public int Line { get; }

    /// <summary>Where it stands, as <c>method[0].provider.url</c>; empty for the whole.</summary>
    public string Path { get; }

    /// <summary>A text without its quotes, or a number as it was written.</summary>
    public string Scalar { get; private init; } = "";

    public IReadOnlyList<(string Name, LocatedJson Value)> Members { get; private init; } = [];

    public IReadOnlyList<LocatedJson> Items { get; private init; } = [];

    public bool IsScalar => Kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    /// <summary>
    /// What counts as false in Python, so that a field with it is a field left out: <c>null</c>, <c>false</c>, <c>0</c>, and an empty text,
    /// list or object.
    /// </summary>
    public bool IsEmpty => Kind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => Scalar.Length == 0,
        JsonValueKind.Number => TryNumber(out var number) && number == 0,
        JsonValueKind.Array => Items.Count == 0,
        JsonValueKind.Object => Members.Count == 0,
        _ => false,
    };

    public static LocatedJson OfText(string text, int line, string path) => new(JsonValueKind.String, line, path) { Scalar = text };

    public static LocatedJson OfScalar(JsonValueKind kind, string scalar, int line, string path) =>
        new(kind, line, path) { Scalar = scalar };

    public static LocatedJson OfItems(IReadOnlyList<LocatedJson> items, int line, string path) =>
        new(JsonValueKind.Array, line, path) { Items = items };

    public static LocatedJson OfMembers(IReadOnlyList<(string Name, LocatedJson Value)> members, int line, string path) =>
        new(JsonValueKind.Object, line, path) { Members = members };

    public LocatedJson? Find(string name) => Members.FirstOrDefault(member => member.Name == name).Value;

    /// <summary>The same object with its members replaced.</summary>
    public LocatedJson ReplaceMembers(Func<string, LocatedJson, LocatedJson> replace) =>
        OfMembers([.. Members.Select(member => (member.Name, replace(member.Name, member.Value)))], Line, Path);

    /// <summary>The same value with every scalar below it replaced.</summary>
    public LocatedJson Replace(Func<LocatedJson, LocatedJson> replace) => Kind switch
    {
        JsonValueKind.Object => OfMembers([.. Members.Select(member => (member.Name, member.Value.Replace(replace)))], Line, Path),
        JsonValueKind.Array => OfItems([.. Items.Select(item => item.Replace(replace))], Line, Path),
        _ => replace(this),
    };

    /// <summary>A scalar as text: <c>true</c>, <c>17</c>, or the text itself.</summary>
    public string AsText() => Kind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => Scalar,
    };

    public bool TryNumber(out double number)
    {
        number = double.NaN;
        return Kind == JsonValueKind.Number && double.TryParse(Scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public JsonNode? ToNode() => Kind == JsonValueKind.Null ? null : JsonNode.Parse(ToJson());

    public string ToJson()
    {
        using var utf8 = new MemoryStream();
        using (var json = new Utf8JsonWriter(utf8))
        {
            WriteTo(json);
        }

        return System.Text.Encoding.UTF8.GetString(utf8.GetBuffer(), 0, (int)utf8.Length);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var (name, value) in Members)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in Items)
                {
                    item.WriteTo(json);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Scalar);
                break;
            case JsonValueKind.Number:
                using (var number = JsonDocument.Parse(Scalar)) // keeps the digits as they were written, and the writer's layout
                {
                    number.RootElement.WriteTo(json);
                }

                break;
            case JsonValueKind.True or JsonValueKind.False:
                json.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
