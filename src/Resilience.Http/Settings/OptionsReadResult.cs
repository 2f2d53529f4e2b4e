namespace Resilience.Http.Settings;

/// <summary>
/// What came of reading configuration into one options object: the mistakes, and which value came from where. The
/// <paramref name="subject"/> is whose settings they are, for the message about a value that code set; those of one
/// layer are <paramref name="partial"/>.
/// </summary>
internal sealed class OptionsReadResult(string subject, bool partial = false)
{
    private const int MostQuoted = 80;

    private readonly List<string> _mistakes = [];
    private readonly List<string> _wrong = [];
    private readonly Dictionary<string, (string Path, string Quoted, string Value)> _origins = [];

    public IReadOnlyList<string> Mistakes => _mistakes;

    /// <summary>Whether other layers come on top: what a value needs beside it may be there.</summary>
    public bool IsPartial => partial;

    public void AddError(string mistake) => _mistakes.Add(mistake);

    /// <param name="path">Where the value stands in configuration; <see langword="null"/> if code set it.</param>
    /// <param name="mistake">What is wrong with it.</param>
    public void AddError(string? path, string mistake)
    {
        _mistakes.Add(mistake);
        if (path is not null)
        {
            _wrong.Add(path);
        }
    }

    /// <param name="node">A value where a list is expected.</param>
    /// <param name="text">The value as it may be shown; as it is without it.</param>
    public void AddListExpected(ConfigurationNode node, string? text = null) => AddError(
        $"{Quote(node, text)} is a value, but a list is expected; write [\"...\"] in JSON, or " +
        $"{node.Path.Replace(":", "__", StringComparison.Ordinal)}__0 as a variable");

    /// <summary>Whether a value at or below a path could not be read.</summary>
    public bool HasErrorAt(string path) => _wrong.Exists(wrong =>
        wrong.StartsWith(path, StringComparison.OrdinalIgnoreCase) && (wrong.Length == path.Length || wrong[path.Length] == ':'));

    /// <summary>
    /// The value of <paramref name="key"/> came from <paramref name="node"/> and is shown as <paramref name="text"/>; a later layer takes
    /// the place of an earlier one.
    /// </summary>
    public void RecordOrigin(string key, ConfigurationNode node, string value, string? text = null) =>
        _origins[key] = (node.Path, Quote(node, text), value);

    /// <summary>
    /// Path and text if the value still is the one that configuration gave; else the property, since then code set it.
    /// </summary>
    public string Origin(string key, string value) =>
        _origins.TryGetValue(key, out var origin) && origin.Value == value
            ? origin.Quoted
            : $"{subject}: {key.Replace(':', '.')} = {Shorten(value)}, set in code,";

    /// <summary>The path of the value if it still is the one that configuration gave; <see langword="null"/> if code set it.</summary>
    public string? PathOf(string key, string value) =>
        _origins.TryGetValue(key, out var origin) && origin.Value == value ? origin.Path : null;

    /// <summary>A key as its owner wrote it.</summary>
    public static string Quote(ConfigurationNode node, string? text = null) => $"{node.Path} = \"{Shorten(text ?? node.Text ?? "")}\"";

    /// <summary>Enough of a value to know it again: a fixed answer may be as long as a page.</summary>
    public static string Shorten(string value) => value.Length > MostQuoted ? $"{value[..MostQuoted]}..." : value;
}
