using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Everything that is wrong with a file, so that it is all told at once.</summary>
internal sealed class ExperimentErrors(string source)
{
    private readonly List<(int Line, string Path, string Text)> _all = [];

    /// <summary>What no mistake tells, however it came into a value.</summary>
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
