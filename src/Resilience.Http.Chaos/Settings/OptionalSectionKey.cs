using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A section that need not be there: its object is made when configuration first says something in it.</summary>
internal sealed class OptionalSectionKey<T, TSection>(
    string name, Func<T, TSection?> get, Action<T, TSection> set, OptionsSchema<TSection> keys, string description)
    : OptionKey<T>(name, description)
    where TSection : class, new()
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Text is not null || node.Children.Count > 0)
        {
            var section = get(target) ?? new TSection();
            keys.Read(node, section, key, reading);
            set(target, section);
        }
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        if (get(target) is { } section)
        {
            keys.Check(section, key, reading);
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes) =>
        keys.Compare(get(before) ?? new TSection(), get(after) ?? new TSection(), key, changes);

    public override string? FindBelow(string name) => keys.FindPath(name) is { } path ? OptionsSchema<T>.Join(Name, path) : null;

    public override string? Format(T target) => null;

    public override SchemaNode Node(T defaults) => new SectionNode(Name, Description, keys.Nodes(get(defaults) ?? new TSection()));

    public override IEnumerable<OptionRow> Rows(T defaults, string key) => keys.Rows(get(defaults) ?? new TSection(), key);
}
