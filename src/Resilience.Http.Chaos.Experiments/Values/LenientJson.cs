using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>
/// Reads JSON as Python's <c>json</c> does, and with it the Chaos Toolkit: of a member that is there twice the last one counts.
/// </summary>
internal static class LenientJson
{
    /// <summary>Less than the journal's writer takes, since the value is written a few levels down.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 800 };

    public static bool TryParse(string text, out JsonNode? value)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            value = ToNode(document.RootElement);
            return true;
        }
        // the last two: half a surrogate pair
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            value = null;
            return false;
        }
    }

    private static JsonNode? ToNode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = ToNode(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(ToNode)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
