using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.JsonPaths;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class JsonPathTolerance(
    JsonPath path, IReadOnlyList<JsonNode?>? expected, int? count, string? target, bool ofWholeAnswer = false) : ChaosTolerance
{
    private readonly string _text = (ofWholeAnswer ? $"{path} of status, headers and body" : path.ToString()) + (expected, count) switch
    {
        ({ } values, _) => $" to give {string.Join(", ", values.Select(JsonText.Format))}",
        (_, { } number) => $" to find {number}",
        _ => " to find anything",
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
    private static JsonNode? Parsed(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String && LenientJson.TryParse(value.GetValue<string>(), out var parsed) ? parsed : value;
}
