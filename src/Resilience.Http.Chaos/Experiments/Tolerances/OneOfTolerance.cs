using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class OneOfTolerance(IReadOnlyList<JsonNode> allowed) : ChaosTolerance
{
    public override string ToString() => $"one of {string.Join(", ", allowed.Select(JsonText.Of))}";

    internal override bool Accepts(JsonNode? value)
    {
        var tested = Tested(value);
        return allowed.Any(one => JsonNode.DeepEquals(tested, one));
    }
}
