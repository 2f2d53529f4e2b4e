using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class RangeTolerance(double lowest, double highest, string? target) : ChaosTolerance
{
    public override string ToString() => (double.IsInfinity(lowest), double.IsInfinity(highest)) switch
    {
        (true, _) => $"at most {Text(highest)}",
        (_, true) => $"at least {Text(lowest)}",
        _ => $"between {Text(lowest)} and {Text(highest)}",
    };

    internal override bool Accepts(JsonNode? value) =>
        JsonNumber.TryRead(target is null ? Tested(value) : Part(value, target), out var number) && number >= lowest && number <= highest;
}
