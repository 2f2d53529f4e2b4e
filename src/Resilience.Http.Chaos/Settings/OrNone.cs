using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A text of another kind, or none.</summary>
internal sealed class OrNone(ValueFormat<string> kind) : ValueFormat<string?>
{
    public override string Name => kind.Name;

    public override string Allowed => kind.Allowed;

    public override string? Parse(string text, out string? value)
    {
        var wrong = kind.Parse(text, out var given);
        value = given;
        return wrong;
    }

    public override string? Check(string? value) => value is null ? null : kind.Check(value);

    public override ValueShape Shape => kind.Shape;

    public override string Format(string? value) => value ?? "none";
}
