using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class CustomTolerance(Func<JsonNode?, bool> test, string description) : ChaosTolerance
{
    public override string ToString() => description;

    internal override bool Accepts(JsonNode? value) => test(value);
}
