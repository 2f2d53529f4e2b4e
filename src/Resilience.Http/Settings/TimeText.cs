using System.Globalization;

namespace Resilience.Http.Settings;

/// <summary>Times as configuration writes them.</summary>
internal static class TimeText
{
    /// <summary>The forms as a regular expression of JSON schema: <c>10s</c>, <c>1.5 h</c>, <c>00:00:10.5</c>.</summary>
    public const string Pattern =
        @"^\s*\+?[0-9]*\.?[0-9]+\s*([mM]?[sS]|[mM]|[hH])\s*$|^\s*([0-9]+\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?\s*$";

    private const string Written = "write it as 10s (ms, s, m, h) or 00:00:10";

    /// <summary>The units, the longer suffix before the one it ends with.</summary>
    private static readonly (string Suffix, decimal Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <returns>What is wrong with the text, as the end of a sentence that began with it; <see langword="null"/> if nothing
    /// is.</returns>
    public static string? Parse(string text, out TimeSpan value)
    {
        text = text.Trim();
        if (TryNumber(text, out var number))
        {
            value = default;
            return $"would be {number.ToString(CultureInfo.InvariantCulture)} days, {Written}";
        }

        foreach (var (suffix, ticks) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && TryNumber(text[..^suffix.Length].TrimEnd(), out number))
            {
                value = From(number, ticks);
                return null;
            }
        }

        // Three parts only: TimeSpan reads 10:30 as ten and a half hours, and most who write it mean minutes.
        return text.Count(':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value)
            ? null
            : NotATime(out value);
    }

    /// <summary>A word in place of a time, in capitals or not, as a regular expression.</summary>
    public static string WordPattern(string word) =>
        $@"^\s*{string.Concat(word.Select(static letter => $"[{char.ToLowerInvariant(letter)}{char.ToUpperInvariant(letter)}]"))}\s*$";

    /// <summary>The shortest way to write the time with one unit; what has no such way is written <c>00:01:30.5000000</c>.</summary>
    public static string Format(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            return "0s";
        }

        foreach (var (suffix, ticks) in Units.Reverse())
        {
            if (time.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / ticks:0}{suffix}");
            }
        }

        return time.ToString("c", CultureInfo.InvariantCulture);
    }

    private static string NotATime(out TimeSpan value)
    {
        value = default;
        return $"is not a time, {Written}";
    }

    private static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    /// <summary>A number beyond what a TimeSpan holds becomes the longest one there is, which every range refuses.</summary>
    private static TimeSpan From(decimal number, decimal ticks) =>
        Math.Abs(number) < long.MaxValue / ticks
            ? TimeSpan.FromTicks((long)(number * ticks))
            : number < 0 ? TimeSpan.MinValue : TimeSpan.MaxValue;
}
