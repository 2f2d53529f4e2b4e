using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Tolerances;

internal sealed class RegexTolerance(string pattern, string target) : ChaosTolerance
{
    /// <summary>A pattern that backtracks for longer is a mistake in the experiment, not a slow system.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex _regex = new(pattern, RegexOptions.CultureInvariant, Patience);

    public override string ToString() => $"a match of /{pattern}/";

    internal override bool Accepts(JsonNode? value)
    {
        var part = Part(value, target);
        var text = part?.GetValueKind() == JsonValueKind.String ? part.GetValue<string>() : JsonText.Format(part);
        return _regex.IsMatch(text);
    }
}
