using System.Text.Json;
using System.Text.Json.Serialization;

namespace Resilience.Http.Dashboard.Contract;

/// <summary>How the dashboard writes JSON. Made at compile time, for native AOT.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StateView))]
[JsonSerializable(typeof(TickView))]
[JsonSerializable(typeof(TransitionNews))]
[JsonSerializable(typeof(LiveView))]
[JsonSerializable(typeof(IReadOnlyList<ServiceSetting>))]
[JsonSerializable(typeof(SteeringRequest))]
[JsonSerializable(typeof(SteeringAnswer))]
[JsonSerializable(typeof(TokenView))]
internal sealed partial class DashboardJson : JsonSerializerContext;
