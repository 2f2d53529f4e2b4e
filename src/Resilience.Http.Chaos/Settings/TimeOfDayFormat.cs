using System.Globalization;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A time of day, such as <c>09:00</c>.</summary>
internal sealed class TimeOfDayFormat : ValueFormat<TimeOnly>
{
    public static readonly TimeOfDayFormat Instance = new();

    private static readonly string[] Forms = ["HH:mm", "HH:mm:ss"];

    public override string Name => "time of day";

    public override string Allowed => "00:00 to 23:59";

    public override string? Parse(string text, out TimeOnly value) =>
        TimeOnly.TryParseExact(text.Trim(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out value)
            ? null
            : "is not a time of day";

    public override string? Check(TimeOnly value) => null;

    public override ValueShape Shape => ValueShape.Matching(@"^\s*([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?\s*$");

    public override string Format(TimeOnly value) => value.ToString("HH:mm", CultureInfo.InvariantCulture);
}
