namespace Resilience.Http.Settings;

/// <summary>One key of an options type: what it is called, how it is read, checked and shown.</summary>
internal abstract class OptionKey<T>(string name, string description)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>
    /// Puts what configuration says into <paramref name="target"/>, or the mistake into <paramref name="reading"/>. Here and below
    /// <paramref name="key"/> is the key's path within the options, such as <c>Retry:MaxDelay</c>.
    /// </summary>
    public abstract void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading);

    /// <summary>Checks the value that is in force, whatever set it.</summary>
    public abstract void Check(T target, string key, OptionsReadResult reading);

    /// <summary>Adds a line for each value that differs.</summary>
    public abstract void Compare(T before, T after, string key, ICollection<OptionChange> changes);

    /// <summary>The path of a key of that name below this one; <see langword="null"/> if there is none.</summary>
    public virtual string? FindBelow(string name) => null;

    /// <summary>The value as text; <see langword="null"/> if the key has none.</summary>
    public abstract string? Format(T target);

    /// <summary>The key as an editor knows it; <see langword="null"/> if configuration cannot set it.</summary>
    public abstract SchemaNode? Node(T defaults);

    /// <summary>The rows of the key in the table of all settings.</summary>
    public abstract IEnumerable<OptionRow> Rows(T defaults, string key);
}
