using System.Globalization;

namespace Resilience.Http.Settings;

/// <summary>A whole number.</summary>
internal sealed class IntegerFormat(int min, int max) : ValueFormat<int>
{
    public override string Name => "whole number";

    public override string Allowed { get; } = string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");

    public override string? Parse(string text, out int value)
    {
        // A whole number too large for an int is out of range, not "no whole number".
        if (!decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var number))
        {
            value = 0;
            return "is not a whole number";
        }

        value = number is >= int.MinValue and <= int.MaxValue ? (int)number : int.MaxValue;
        return number < min || number > max ? OutOfRange : null;
    }

    public override string? Check(int value) => value < min || value > max ? OutOfRange : null;

    public override ValueShape Shape => ValueShape.Integer(min, max);

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);
}
