namespace Resilience.Http;

/// <summary>An experiment file says something that is wrong or not supported.</summary>
public sealed class ChaosExperimentFormatException : FormatException
{
    internal ChaosExperimentFormatException(string source, IReadOnlyList<string> mistakes)
        : base($"{source} is not a valid experiment:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", mistakes)}") =>
        Mistakes = mistakes;

    /// <summary>Every mistake, in the order of the file: its line, the field and what is wrong with it.</summary>
    public IReadOnlyList<string> Mistakes { get; }
}
