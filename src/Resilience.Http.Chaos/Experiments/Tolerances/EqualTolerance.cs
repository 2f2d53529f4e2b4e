using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class EqualTolerance(JsonNode expected) : ChaosTolerance
{
    public override string ToString() => JsonText.Of(expected);

    internal override bool Accepts(JsonNode? value) => JsonNode.DeepEquals(Tested(value), expected);
}
