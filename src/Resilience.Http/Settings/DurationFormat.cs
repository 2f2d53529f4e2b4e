namespace Resilience.Http.Settings;

/// <summary>A time, written <c>00:00:10</c>, <c>10s</c> or <c>off</c>. Never a bare number: .NET reads <c>10</c> as ten days.</summary>
internal sealed class DurationFormat(TimeSpan min, TimeSpan max, TimeSpan? off = null, string offName = "off") : ValueFormat<TimeSpan>
{
    /// <summary>No setting is longer: a longer one has the wrong unit, and timers end at 49 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public override string Name => "time";

    public override string Allowed { get; } = $"{TimeText.Format(min)} to {TimeText.Format(max)}{(off is null ? "" : $", or {offName}")}";

    /// <summary>A time that may not be switched off.</summary>
    public static DurationFormat From(TimeSpan min) => new(min, Longest);

    /// <summary>A time of at least 1 ms; <c>off</c> means none.</summary>
    public static DurationFormat OrOff() => new(TimeSpan.FromMilliseconds(1), Longest, Timeout.InfiniteTimeSpan);

    public override string? Parse(string text, out TimeSpan value)
    {
        if (off is { } none && text.Trim().Equals(offName, StringComparison.OrdinalIgnoreCase))
        {
            value = none;
            return null;
        }

        return TimeText.Parse(text, out value) ?? Check(value);
    }

    public override string? Check(TimeSpan value) => value == off || (value >= min && value <= max) ? null : OutOfRange;

    public override ValueShape Shape =>
        ValueShape.Matching(off is null ? TimeText.Pattern : $"{TimeText.Pattern}|{TimeText.WordPattern(offName)}");

    public override string Format(TimeSpan value) => value == off ? offName : TimeText.Format(value);
}
