using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>The mistakes in a file, collected so that all are reported together.</summary>
internal sealed class ExperimentErrors(string source)
{
    private readonly List<(int Line, string Path, string Text)> _all = [];

    /// <summary>The values that no mistake may show.</summary>
    public Secrets Secrets { get; } = new();

    public bool Any => _all.Count > 0;

    public void Add(LocatedJson value, string text) => Add(value.Line, value.Path, text);

    public void Add(int line, string path, string text) => _all.Add((line, path, text));

    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new ChaosExperimentFormatException(source, [.. _all.OrderBy(static mistake => mistake.Line).Select(Text)]);
        }
    }

    private string Text((int Line, string Path, string Text) mistake) =>
        $"line {mistake.Line}: {(mistake.Path.Length == 0 ? "" : $"{mistake.Path} ")}{Secrets.Redact(mistake.Text)}";
}
