using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class OneOfTolerance(IReadOnlyList<JsonNode> allowed) : ChaosTolerance
{
    private readonly string _text = $"one of {string.Join(", ", allowed.Select(JsonText.Format))}";

    public override string ToString() => _text;

    internal override bool Accepts(JsonNode? value)
    {
        var tested = Tested(value);
        return allowed.Any(one => JsonNode.DeepEquals(tested, one));
    }
}
