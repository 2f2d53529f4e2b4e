using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A value of another kind, or none.</summary>
internal sealed class OptionalKind<TValue>(ValueFormat<TValue> kind) : ValueFormat<TValue?> where TValue : struct
{
    public override string Name => kind.Name;

    public override string Allowed => kind.Allowed;

    public override string? Parse(string text, out TValue? value)
    {
        var wrong = kind.Parse(text, out var given);
        value = given;
        return wrong;
    }

    public override string? Check(TValue? value) => value is { } given ? kind.Check(given) : null;

    public override ValueShape Shape => kind.Shape;

    public override string Format(TValue? value) => value is { } given ? kind.Format(given) : "none";
}
