using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class EqualTolerance(JsonNode expected) : ChaosTolerance
{
    // made at once: a value that cannot be written is refused here, not in the journal
    private readonly string _text = JsonText.Format(expected);

    public override string ToString() => _text;

    internal override bool Accepts(JsonNode? value) => JsonNode.DeepEquals(Tested(value), expected);
}
