using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A section of sections, each under a name that the user chooses.</summary>
internal sealed class MapKey<T, TSection>(
    string name, string placeholder, Func<T, IDictionary<string, TSection>> get, OptionsSchema<TSection> keys, string description)
    : OptionKey<T>(name, description)
    where TSection : class, new()
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Text is not null)
        {
            reading.AddError($"{OptionsReadResult.Quote(node)} is a value, but an object is expected; its keys are the names of clients");
        }

        foreach (var child in node.Children)
        {
            if (!get(target).TryGetValue(child.Key, out var section))
            {
                get(target).Add(child.Key, section = new TSection());
            }

            keys.Read(child, section, OptionsSchema<T>.Join(key, child.Key), reading);
        }
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        foreach (var (child, section) in get(target))
        {
            keys.Check(section, OptionsSchema<T>.Join(key, child), reading);
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes)
    {
        foreach (var child in get(before).Keys.Union(get(after).Keys))
        {
            keys.Compare(Of(before, child), Of(after, child), OptionsSchema<T>.Join(key, child), changes);
        }
    }

    public override string? Format(T target) => null;

    public override SchemaNode Node(T defaults) => new SectionNode(Name, Description, keys.Nodes(new TSection()), IsMap: true);

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        keys.Rows(new TSection(), OptionsSchema<T>.Join(key, placeholder));

    private TSection Of(T target, string child) => get(target).TryGetValue(child, out var section) ? section : new TSection();
}
