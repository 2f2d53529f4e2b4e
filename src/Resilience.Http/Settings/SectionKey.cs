namespace Resilience.Http.Settings;

/// <summary>A key with keys of its own below it.</summary>
internal sealed class SectionKey<T, TSection>(string name, Func<T, TSection> get, OptionsSchema<TSection> keys, string description)
    : OptionKey<T>(name, description)
    where TSection : class
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (get(target) is { } section)
        {
            keys.Read(node, section, key, reading);
        }
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        if (get(target) is { } section)
        {
            keys.Check(section, key, reading);
        }
        else
        {
            reading.AddError($"{reading.Origin(key, "null")} must not be null; change the properties of the existing object");
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes) =>
        keys.Compare(get(before), get(after), key, changes);

    public override string? FindBelow(string name) => keys.FindPath(name) is { } path ? OptionsSchema<T>.Join(Name, path) : null;

    public override string? Format(T target) => null;

    public override SchemaNode Node(T defaults) => new SectionNode(Name, Description, keys.Nodes(get(defaults)));

    public override IEnumerable<OptionRow> Rows(T defaults, string key) => keys.Rows(get(defaults), key);
}
