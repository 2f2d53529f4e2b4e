namespace Resilience.Http.Settings;

/// <summary>A key with a list of values. What configuration lists takes the place of the whole default.</summary>
internal sealed class ListKey<T, TItem>(
    string name, Func<T, IList<TItem>> get, Action<T, IList<TItem>> set, ValueFormat<TItem> kind, string description, string empty)
    : OptionKey<T>(name, description)
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Text?.Length > 0)
        {
            reading.AddError($"{OptionsReadResult.Quote(node)} is a value, but a list is expected; write [\"...\"] in JSON, or " +
                $"{node.Path.Replace(":", "__", StringComparison.Ordinal)}__0 as a variable");
            return;
        }

        List<TItem> items = [];
        foreach (var item in node.Items)
        {
            if (item.Children.Count > 0)
            {
                reading.AddError($"{item.Path} is an object, but a {kind.Name} is expected; allowed: {kind.Allowed}");
            }
            else if (kind.Parse(item.Text ?? "", out var value) is { } wrong)
            {
                reading.AddError($"{OptionsReadResult.Quote(item)} {wrong}; allowed: {kind.Allowed}");
            }
            else
            {
                items.Add(value);
            }
        }

        set(target, items); // [] and null empty the list, alone in a file or over an earlier one
        reading.RecordOrigin(key, node, Format(target));
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        foreach (var item in get(target))
        {
            if (kind.Check(item) is { } wrong)
            {
                reading.AddError($"{reading.Origin(key, kind.Format(item))} {wrong}; allowed: {kind.Allowed}");
            }
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes)
    {
        var (was, now) = (Format(before), Format(after));
        if (was != now)
        {
            changes.Add(new OptionChange(key, was, now));
        }
    }

    public override string Format(T target) => get(target).Count == 0 ? empty : string.Join(", ", get(target).Select(kind.Format));

    public override SchemaNode Node(T defaults) =>
        new ValueNode(Name, Description, kind.Shape, Format(defaults), kind.Allowed, IsList: true);

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        [new OptionRow(key, $"list of {kind.Name}s", Format(defaults), kind.Allowed, Description, Format(defaults))];
}
