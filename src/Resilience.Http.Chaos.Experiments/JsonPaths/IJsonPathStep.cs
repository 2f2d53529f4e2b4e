using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.JsonPaths;

/// <summary>One step of a path: from a value to those it leads to, in document order.</summary>
internal interface IJsonPathStep
{
    IEnumerable<JsonNode?> Select(JsonNode? value);
}
