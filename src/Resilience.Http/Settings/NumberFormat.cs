using System.Globalization;

namespace Resilience.Http.Settings;

/// <summary>A number with a fraction: a share, a rate.</summary>
internal sealed class NumberFormat(double min, double max, bool aboveMin = false) : ValueFormat<double>
{
    public override string Name => "number";

    public override string Allowed { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{(aboveMin ? "more than " : "")}{min}{(aboveMin ? ", up" : "")} to {max}");

    public override string? Parse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) ? Check(value) : "is not a number";

    public override string? Check(double value) =>
        value <= max && (aboveMin ? value > min : value >= min) ? null : OutOfRange; // NaN is in no range

    public override ValueShape Shape => new(JsonKind.Number) { Min = min, Max = max, AboveMin = aboveMin };

    public override string Format(double value) => value.ToString(CultureInfo.InvariantCulture);
}
