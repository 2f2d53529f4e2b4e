using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Resilience.Http.Fleet.Rules;

/// <summary>Records as text. A text that cannot be read, for example of a later version of this package, is as good as none.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BreakRecord))]
[JsonSerializable(typeof(SteeringRecord))]
internal sealed partial class FleetJson : JsonSerializerContext
{
    public static string Write(BreakRecord record) => JsonSerializer.Serialize(record, Default.BreakRecord);

    public static string Write(SteeringRecord record) => JsonSerializer.Serialize(record, Default.SteeringRecord);

    public static BreakRecord? ReadBreak(string? text) => Read(text, Default.BreakRecord);

    public static SteeringRecord? ReadSteering(string? text) => Read(text, Default.SteeringRecord);

    private static T? Read<T>(string? text, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
