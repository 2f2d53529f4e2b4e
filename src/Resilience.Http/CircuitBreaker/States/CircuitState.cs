using System.Text.Json.Serialization;
using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http;

/// <summary>The state of a circuit. As text in tags and JSON: <c>closed</c>, <c>open</c>, <c>half_open</c>, <c>isolated</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CircuitState>))]
public enum CircuitState
{
    /// <summary>Attempts are sent and counted.</summary>
    [JsonStringEnumMemberName(CircuitStateText.Closed)]
    Closed,

    /// <summary>Attempts are refused until the break ends.</summary>
    [JsonStringEnumMemberName(CircuitStateText.Open)]
    Open,

    /// <summary>The break has ended. A few trials are sent to find out whether the service is back.</summary>
    [JsonStringEnumMemberName(CircuitStateText.HalfOpen)]
    HalfOpen,

    /// <summary>Opened manually, until it is reset or its duration ends.</summary>
    [JsonStringEnumMemberName(CircuitStateText.Isolated)]
    Isolated,
}
