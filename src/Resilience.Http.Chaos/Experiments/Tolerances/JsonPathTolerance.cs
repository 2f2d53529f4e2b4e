using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class JsonPathTolerance(JsonPath path, IReadOnlyList<JsonNode?>? expected, int? count, string target) : ChaosTolerance
{
    private readonly string _text = (expected, count) switch
    {
        ({ } values, _) => $"{path} to give {string.Join(", ", values.Select(JsonText.Format))}",
        (_, { } number) => $"{path} to find {number}",
        _ => $"{path} to find anything",
    };

    public override string ToString() => _text;

    internal override bool Accepts(JsonNode? value)
    {
        var found = path.Find(Parsed(Part(value, target)));
        if (expected is not null)
        {
            return found.Count == expected.Count && found.Zip(expected).All(static pair => JsonNode.DeepEquals(pair.First, pair.Second));
        }

        return count is null ? found.Count > 0 : found.Count == count;
    }

    /// <summary>A body that was not announced as JSON may be JSON all the same.</summary>
    private static JsonNode? Parsed(JsonNode? value)
    {
        if (value?.GetValueKind() != JsonValueKind.String)
        {
            return value;
        }

        try
        {
            return JsonNode.Parse(value.GetValue<string>());
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
