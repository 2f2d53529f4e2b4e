using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Settings;

/// <summary>
/// A configuration section as it stood at one moment, so that what was checked is what is used, whatever is edited meanwhile.
/// </summary>
internal sealed class ConfigurationNode
{
    private ConfigurationNode(IConfigurationSection section, IConfigurationRoot? root)
    {
        Key = section.Key;
        Path = section.Path;
        Children = [.. section.GetChildren().Select(child => new ConfigurationNode(child, root))];
        Items = root is not null && Children is [{ Key: [>= '0' and <= '9', ..] }, ..] ? Remaining(root, section) : Children;

        // A web host's UseSetting leaves an empty text at every section above the key it sets.
        Text = section.Value is { Length: 0 } && Children.Count > 0 ? null : section.Value;
    }

    /// <summary>A value or a section that another one stands for, at the path of that one.</summary>
    public ConfigurationNode(string key, string path, string? text, IReadOnlyList<ConfigurationNode> children)
    {
        Key = key;
        Path = path;
        Text = text;
        Children = children;
        Items = children;
    }

    public string Key { get; }

    public string Path { get; }

    /// <summary><see langword="null"/> for a section, and for a key that was given <c>null</c>.</summary>
    public string? Text { get; }

    public IReadOnlyList<ConfigurationNode> Children { get; }

    /// <summary>
    /// The children of a list: without those that a later <c>[]</c> or <c>null</c> removed, if the root of the configuration is known.
    /// </summary>
    public IReadOnlyList<ConfigurationNode> Items { get; }

    /// <param name="section">The section.</param>
    /// <param name="root">The configuration that it belongs to, which knows the order of the files.</param>
    /// <returns>The section as it stands now; <see langword="null"/> if there is none.</returns>
    public static ConfigurationNode? Read(IConfigurationSection? section, IConfigurationRoot? root = null) =>
        section is not null && IsThere(section) ? new ConfigurationNode(section, root) : null;

    /// <summary>The child of that name; configuration does not distinguish upper from lower case.</summary>
    public ConfigurationNode? Child(string key) =>
        Children.FirstOrDefault(child => string.Equals(child.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether both say the same in the same place, so that a file which was only touched is not an edit.</summary>
    public static bool Same(ConfigurationNode? one, ConfigurationNode? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null
            && one.Path.Equals(other.Path, StringComparison.OrdinalIgnoreCase)
            && one.Text == other.Text
            && one.Children.Count == other.Children.Count
            && one.Items.Count == other.Items.Count
            && one.Children.Zip(other.Children).All(static pair => Same(pair.First, pair.Second)));

    /// <summary>An emptied section has neither a value nor keys below it, but is there itself.</summary>
    private static bool IsThere(IConfigurationSection section) =>
        section.Exists() || (section is ConfigurationSection own && own.TryGetValue(key: null, out _));

    private IReadOnlyList<ConfigurationNode> Remaining(IConfigurationRoot root, IConfigurationSection section)
    {
        var stale = EmptiedList.StaleItems(root, section);
        return stale.Count == 0 ? Children : [.. Children.Where(child => !stale.Contains(child.Key))];
    }
}
