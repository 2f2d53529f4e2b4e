namespace Resilience.Http.Settings;

/// <summary>Any text.</summary>
internal sealed class TextFormat : ValueFormat<string?>
{
    public static readonly TextFormat Instance = new();

    public override string Name => "text";

    public override string Allowed => "any text";

    public override string? Parse(string text, out string? value)
    {
        value = text;
        return null;
    }

    public override string? Check(string? value) => null;

    public override string Format(string? value) => value ?? "none";
}
