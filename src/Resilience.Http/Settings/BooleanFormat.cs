namespace Resilience.Http.Settings;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanFormat : ValueFormat<bool>
{
    public static readonly BooleanFormat Instance = new();

    public override string Name => "flag";

    public override string Allowed => "true or false";

    public override string? Parse(string text, out bool value) =>
        bool.TryParse(text, out value) ? null : "is neither true nor false";

    public override string? Check(bool value) => null;

    public override ValueShape Shape => ValueShape.Flag;

    public override string Format(bool value) => value ? "true" : "false";
}
