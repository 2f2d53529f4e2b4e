namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Everything that is wrong with a file, so that it is all told at once.</summary>
internal sealed class Mistakes(string source)
{
    private readonly List<(int Line, string Text)> _all = [];

    public bool Any => _all.Count > 0;

    public void Add(JsonAt value, string text) => Add(value.Line, value.Path, text);

    public void Add(int line, string path, string text) =>
        _all.Add((line, path.Length == 0 ? $"line {line}: {text}" : $"line {line}: {path} {text}"));

    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new ChaosExperimentFormatException(source, [.. _all.OrderBy(static mistake => mistake.Line).Select(static mistake => mistake.Text)]);
        }
    }
}
