namespace Resilience.Http;

/// <summary>An experiment file has mistakes or unsupported fields.</summary>
public sealed class ChaosExperimentFormatException : FormatException
{
    internal ChaosExperimentFormatException(string source, IReadOnlyList<string> mistakes)
        : base($"{source} is not a valid experiment:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", mistakes)}") =>
        Mistakes = mistakes;

    /// <summary>The mistakes in the order of the file, each with its line and field.</summary>
    public IReadOnlyList<string> Mistakes { get; }
}
