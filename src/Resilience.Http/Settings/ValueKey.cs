namespace Resilience.Http.Settings;

/// <summary>A key with one value.</summary>
internal sealed class ValueKey<T, TValue>(
    string name,
    Func<T, TValue> get,
    Action<T, TValue> set,
    ValueFormat<TValue> format,
    string description,
    string? follows,
    Func<T, bool>? isSet)
    : OptionKey<T>(name, description)
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading)
    {
        if (node.Children.Count > 0)
        {
            reading.AddError(node.Path, $"{node.Path} is an object, but a {format.Name} is expected; allowed: {format.Allowed}");
            return;
        }

        if (node.Text is not { } text)
        {
            return; // null is the same as not written
        }

        if (format.Parse(text, out var value) is { } wrong)
        {
            reading.AddError(node.Path, $"{OptionsReadResult.Quote(node, format.Redact(text))} {wrong}; allowed: {format.Allowed}");
            return;
        }

        set(target, value);
        reading.RecordOrigin(key, node, format.Format(value), format.Redact(text));
    }

    public override void Check(T target, string key, OptionsReadResult reading)
    {
        var value = get(target);
        if (isSet?.Invoke(target) != false && format.Check(value) is { } wrong)
        {
            reading.AddError(
                reading.PathOf(key, format.Format(value)),
                $"{reading.Origin(key, format.Format(value))} {wrong}; allowed: {format.Allowed}");
        }
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes)
    {
        var (was, now) = (format.Format(get(before)), format.Format(get(after)));
        if (was != now)
        {
            changes.Add(new OptionChange(key, OptionsReadResult.Shorten(was), OptionsReadResult.Shorten(now)));
        }
    }

    public override string Format(T target) => format.Format(get(target));

    public override SchemaNode Node(T defaults) => new ValueNode(Name, Description, format.Shape, Default(defaults), format.Allowed);

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        [new OptionRow(key, format.Name, Default(defaults), format.Allowed, Description, Format(defaults))];

    private string Default(T defaults) => follows is null ? Format(defaults) : $"{Format(defaults)}, {follows}";
}
