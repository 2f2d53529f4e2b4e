namespace Resilience.Http.Settings;

/// <summary>
/// All keys of an options type: the one table from which configuration is read, mistakes are found and reported, and the docs are made.
/// Keys stand in the order of the docs; <c>:</c> separates the parts of a path.
/// </summary>
internal sealed class OptionsSchema<T>
{
    private readonly List<OptionKey<T>> _keys = [];
    private readonly List<OptionRule<T>> _rules = [];

    /// <summary>
    /// A key with one value; <paramref name="follows"/> is what an unset one follows, for the docs: <c>or TotalTimeout if that is
    /// shorter</c>. One that <paramref name="isSet"/> knows as unset is not checked: what it follows is.
    /// </summary>
    public OptionsSchema<T> Key<TValue>(
        string name,
        Func<T, TValue> get,
        Action<T, TValue> set,
        ValueFormat<TValue> format,
        string description,
        string? follows = null,
        Func<T, bool>? isSet = null) =>
        Add(new ValueKey<T, TValue>(name, get, set, format, description, follows, isSet));

    /// <summary>A section with keys of its own.</summary>
    public OptionsSchema<T> Section<TSection>(
        string name, Func<T, TSection> get, OptionsSchema<TSection> keys, string description) where TSection : class =>
        Add(new SectionKey<T, TSection>(name, get, keys, description));

    /// <summary>A property that code alone can set; if <paramref name="isSet"/> is given, it is shown whether it is set.</summary>
    public OptionsSchema<T> CodeOnly(string name, string description, Func<T, bool>? isSet = null) =>
        Add(new CodeOnlyOption<T>(name, description, isSet));

    /// <summary>A key with a class of its own.</summary>
    public OptionsSchema<T> Add(OptionKey<T> key)
    {
        _keys.Add(key);
        return this;
    }

    /// <summary>
    /// What a value may not be beside the others: <paramref name="wrong"/> says it, as the end of a sentence that began with the one
    /// value, and is followed by the <paramref name="other"/> if one is named.
    /// </summary>
    public OptionsSchema<T> Rule(string name, Func<T, bool> broken, string wrong, string? other = null)
    {
        _rules.Add(new OptionRule<T>(Find(name)!, broken, wrong, other is null ? null : Find(other)!));
        return this;
    }

    /// <summary>
    /// Puts what a section says into <paramref name="target"/>. Goes on after a mistake, so that all are reported at once. Here and below
    /// <paramref name="prefix"/> is the section's path within the options, empty for the root.
    /// </summary>
    public void Read(ConfigurationNode section, T target, string prefix, OptionsReadResult reading)
    {
        if (section.Text is not null)
        {
            reading.AddError(
                section.Path, $"{OptionsReadResult.Quote(section)} is a value, but an object is expected; {WayOut(section)}");
        }

        foreach (var node in section.Children)
        {
            if (Find(node.Key) is { } key)
            {
                key.Read(node, target, Join(prefix, key.Name), reading);
            }
            else
            {
                reading.AddError(node.Path, Unknown(node));
            }
        }
    }

    /// <summary>Checks the values in force, whatever set them, and whether they contradict each other.</summary>
    public void Check(T target, string prefix, OptionsReadResult reading)
    {
        foreach (var key in _keys)
        {
            key.Check(target, Join(prefix, key.Name), reading);
        }

        foreach (var rule in _rules)
        {
            rule.Check(target, prefix, reading);
        }
    }

    public void Compare(T before, T after, string prefix, ICollection<OptionChange> changes)
    {
        foreach (var key in _keys)
        {
            key.Compare(before, after, Join(prefix, key.Name), changes);
        }
    }

    /// <summary>One row for each key, those of the sections in their place.</summary>
    public IEnumerable<OptionRow> Rows(T defaults, string prefix = "") =>
        _keys.SelectMany(key => key.Rows(defaults, Join(prefix, key.Name)));

    /// <summary>The keys as an editor knows them.</summary>
    public IReadOnlyList<SchemaNode> Nodes(T defaults) => [.. _keys.Select(key => key.Node(defaults)).OfType<SchemaNode>()];

    /// <summary>The path of a key of that name, here or in a section below; <see langword="null"/> if there is none.</summary>
    internal string? FindPath(string name) =>
        Find(name)?.Name ?? _keys.Select(key => key.FindBelow(name)).FirstOrDefault(static path => path is not null);

    internal static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}:{name}";

    private string Names => string.Join(", ", _keys.Select(static key => key.Name));

    private OptionKey<T>? Find(string name) => _keys.Find(key => string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The first key whose last words these are: by <c>Timeout</c> the section's own <c>TotalTimeout</c> is meant, and not another's
    /// <c>Timeout</c>.
    /// </summary>
    private OptionKey<T>? FindEnding(string words) => _keys.Find(key =>
        words.Length > 0 && key.Name.EndsWith(words, StringComparison.OrdinalIgnoreCase) && char.IsUpper(key.Name[^words.Length]));

    /// <summary>How to write a section that somebody wrote as a text.</summary>
    private string WayOut(ConfigurationNode section)
    {
        if (Find("Enabled") is null)
        {
            return $"its keys are {Names}";
        }

        var (state, value) = section.Text?.ToUpperInvariant() is "TRUE" or "ON" or "YES" or "1" ? ("on", "true") : ("off", "false");
        return $"to switch it {state} write {section.Path}:Enabled = {value}, else its keys are {Names}";
    }

    /// <summary>Without the value, which may be a secret.</summary>
    private string Unknown(ConfigurationNode node) => Meant(node.Key) is { } meant
        ? $"{node.Path} is not a known key. Did you mean {meant}?"
        : $"{node.Path} is not a known key. Allowed: {Names}";

    private string? Meant(string key) =>
        (FamiliarNames.Find(key) is { } familiar ? FindPath(familiar) : null)
        ?? FindEnding(key)?.Name
        ?? FindPath(key)
        ?? SpellingSuggestion.To(key, _keys.Select(static key => key.Name));
}
