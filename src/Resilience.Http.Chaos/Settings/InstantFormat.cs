using System.Globalization;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A date and time with an offset. Without one it would mean another time on every machine.</summary>
internal sealed class InstantFormat : ValueFormat<DateTimeOffset>
{
    public static readonly InstantFormat Instance = new();

    /// <summary>ISO 8601, down to the minute at least.</summary>
    private static readonly string[] Forms = [
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"
    ];

    public override string Name => "date and time";

    public override string Allowed => "a date and time with an offset, such as 2026-07-01T17:00:00Z or 2026-07-01T19:00:00+02:00";

    public override string? Parse(string text, out DateTimeOffset value)
    {
        text = text.Trim();
        if (!DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value))
        {
            return "is not a date and time";
        }

        // Of a text without an offset the round trip through DateTime says that its kind is unknown.
        var kind = DateTime.ParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind).Kind;
        return kind == DateTimeKind.Unspecified ? "has no offset" : null;
    }

    public override string? Check(DateTimeOffset value) => null;

    public override string Format(DateTimeOffset value) => value.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);
}
