namespace Resilience.Http.Settings;

/// <summary>A key with one value.</summary>
internal sealed class ValueKey<T, TValue>(
    string name,
    Func<T, TValue> get,
    Action<T, TValue> set,
    ValueFormat<TValue> kind,
    string description,
    string? follows,
    Func<T, bool>? isSet)
    : OptionKey<T>(name, description)
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Children.Count > 0)
        {
            reading.AddError(node.Path, $"{node.Path} is an object, but a {kind.Name} is expected; allowed: {kind.Allowed}");
            return;
        }

        if (node.Text is not { } text)
        {
            return; // null is the same as not written
        }

        if (kind.Parse(text, out var value) is { } wrong)
        {
            reading.AddError(node.Path, $"{OptionsReadResult.Quote(node, kind.Redact(text))} {wrong}; allowed: {kind.Allowed}");
            return;
        }

        set(target, value);
        reading.RecordOrigin(key, node, kind.Format(value), kind.Redact(text));
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        var value = get(target);
        if (isSet?.Invoke(target) != false && kind.Check(value) is { } wrong)
        {
            reading.AddError(
                reading.PathOf(key, kind.Format(value)), $"{reading.Origin(key, kind.Format(value))} {wrong}; allowed: {kind.Allowed}");
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes)
    {
        var (was, now) = (kind.Format(get(before)), kind.Format(get(after)));
        if (was != now)
        {
            changes.Add(new OptionChange(key, OptionsReadResult.Shorten(was), OptionsReadResult.Shorten(now)));
        }
    }

    public override string Format(T target) => kind.Format(get(target));

    public override SchemaNode Node(T defaults) => new ValueNode(Name, Description, kind.Shape, Default(defaults), kind.Allowed);

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        [new OptionRow(key, kind.Name, Default(defaults), kind.Allowed, Description, Format(defaults))];

    private string Default(T defaults) => follows is null ? Format(defaults) : $"{Format(defaults)}, {follows}";
}
