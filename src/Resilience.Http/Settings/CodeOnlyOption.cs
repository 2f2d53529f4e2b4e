namespace Resilience.Http.Settings;

/// <summary>A property that code alone can set, such as a delegate: configuration may not name it, and the docs list it.</summary>
internal sealed class CodeOnlyOption<T>(string name, string description, Func<T, bool>? isSet) : OptionKey<T>(name, description)
{
    public override void Read(ConfigurationNode node, T target, string key, OptionsReadResult reading) =>
        reading.AddError(node.Path, $"{node.Path} can be set in code only");

    public override void Check(T target, string key, OptionsReadResult reading)
    {
    }

    public override void Compare(T before, T after, string key, ICollection<OptionChange> changes)
    {
    }

    public override string? Format(T target) => isSet?.Invoke(target) switch { null => null, true => "set", false => "none" };

    public override SchemaNode? Node(T defaults) => null;

    public override IEnumerable<OptionRow> Rows(T defaults, string key) =>
        [new OptionRow(key, "delegate", "none", "code only", Description, Format(defaults))];
}
