namespace Resilience.Http.Settings;

/// <summary>A key with a list of values. What configuration lists takes the place of the whole default.</summary>
internal sealed class ListKey<T, TItem>(
    string name, Func<T, IList<TItem>> get, Action<T, IList<TItem>> set, ValueFormat<TItem> format, string description, string empty)
    : OptionKey<T>(name, description)
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Text?.Length > 0)
        {
            reading.AddListExpected(node);
            return;
        }

        List<TItem> items = [];
        foreach (var item in node.Items)
        {
            if (item.Children.Count > 0)
            {
                reading.AddError($"{item.Path} is an object, but a {format.Name} is expected; allowed: {format.Allowed}");
            }
            else if (format.Parse(item.Text ?? "", out var value) is { } wrong)
            {
                reading.AddError($"{OptionsReadResult.Quote(item)} {wrong}; allowed: {format.Allowed}");
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
            if (format.Check(item) is { } wrong)
            {
                reading.AddError($"{reading.Origin(key, format.Format(item))} {wrong}; allowed: {format.Allowed}");
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

    public override string Format(T target) => get(target).Count == 0 ? empty : string.Join(", ", get(target).Select(format.Format));

    public override SchemaNode Node(T defaults) =>
        new ValueNode(Name, Description, format.Shape, Format(defaults), format.Allowed, IsList: true);

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        [new OptionRow(key, $"list of {format.Name}s", Format(defaults), format.Allowed, Description, Format(defaults))];
}
