using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

/// <summary>A JSON value as a person reads it in one line.</summary>
internal static class JsonText
{
    private const int Longest = 120;

    public static string Of(JsonNode? value) => value?.ToJsonString() ?? "null";

    /// <summary>The value of a probe: of an HTTP answer its status, of anything long the beginning.</summary>
    public static string Short(JsonNode? value)
    {
        var text = value is JsonObject answer && answer.TryGetPropertyValue("status", out var status) && status?.GetValueKind() == JsonValueKind.Number
            ? $"status {status}"
            : Of(value);
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }
}
