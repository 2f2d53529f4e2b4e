using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>A number, or a text that is one: Prometheus writes its values as text.</summary>
internal static class JsonNumber
{
    public static bool TryRead(JsonNode? value, out double number)
    {
        number = double.NaN;
        var kind = value?.GetValueKind();
        return kind is JsonValueKind.Number or JsonValueKind.String
            && double.TryParse(
                kind == JsonValueKind.String ? value!.GetValue<string>() : value!.ToJsonString(),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out number);
    }
}
