using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A text that may be left out.</summary>
internal sealed class OptionalTextFormat(ValueFormat<string> format) : ValueFormat<string?>
{
    public override string Name => format.Name;

    public override string Allowed => format.Allowed;

    public override string? Parse(string text, out string? value)
    {
        var wrong = format.Parse(text, out var given);
        value = given;
        return wrong;
    }

    public override string? Check(string? value) => value is null ? null : format.Check(value);

    public override ValueShape Shape => format.Shape;

    public override string Format(string? value) => value ?? "none";
}
