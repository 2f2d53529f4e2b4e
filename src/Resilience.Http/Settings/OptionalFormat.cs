namespace Resilience.Http.Settings;

/// <summary>A value that may be left out, which <paramref name="none"/> stands for.</summary>
internal sealed class OptionalFormat<TValue>(ValueFormat<TValue> format, string none) : ValueFormat<TValue?> where TValue : struct
{
    public override string Name => format.Name;

    public override string Allowed => format.Allowed;

    public override ValueShape Shape => format.Shape;

    public override string? Parse(string text, out TValue? value)
    {
        var wrong = format.Parse(text, out var parsed);
        value = parsed;
        return wrong;
    }

    public override string? Check(TValue? value) => value is { } set ? format.Check(set) : null;

    public override string Redact(string text) => format.Redact(text);

    public override string Format(TValue? value) => value is { } set ? format.Format(set) : none;
}
