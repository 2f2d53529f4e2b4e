namespace Resilience.Http.Settings;

/// <summary>One of the names of an enum. Never a number: <c>17</c> would be an undefined value.</summary>
internal sealed class EnumFormat<TEnum> : ValueFormat<TEnum> where TEnum : struct, Enum
{
    private static readonly string[] Names = Enum.GetNames<TEnum>();

    public static readonly EnumFormat<TEnum> Instance = new();

    public override string Name => "choice";

    public override string Allowed { get; } = string.Join(", ", Names);

    public override string? Parse(string text, out TEnum value)
    {
        var name = Array.Find(Names, name => string.Equals(name, text.Trim(), StringComparison.OrdinalIgnoreCase));
        if (name is null)
        {
            value = default;
            return SpellingSuggestion.To(text, Names) is { } near
                ? $"is not one of the allowed values (did you mean {near}?)"
                : "is not one of the allowed values";
        }

        value = Enum.Parse<TEnum>(name);
        return null;
    }

    public override string? Check(TEnum value) => Enum.IsDefined(value) ? null : "is not one of the allowed values";

    public override ValueShape Shape => new(JsonKind.Text) { Choices = Names };

    public override string Format(TEnum value) => value.ToString();
}
