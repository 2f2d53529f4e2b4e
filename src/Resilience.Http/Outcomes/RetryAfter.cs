using System.Globalization;
using System.Net.Http.Headers;

namespace Resilience.Http.Outcomes;

/// <summary>The wait that a response asks for in its Retry-After (RFC 9110, 10.2.3).</summary>
/// <param name="Wait">The longest wait that could be read, never negative; <see langword="null"/> if there is none.</param>
/// <param name="IsUnreadable">A wait is asked for that could not be read, or only in part.</param>
internal readonly record struct RetryAfter(TimeSpan? Wait, bool IsUnreadable = false)
{
    /// <summary>More seconds than an <see cref="int"/> holds are past every deadline, so they need no exact reading.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(int.MaxValue);

    private static readonly string[] Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>Whether the response asks for a wait at all.</summary>
    public bool IsAsked => Wait is not null || IsUnreadable;

    /// <summary>
    /// Reads the wait. If there are several, the longest counts: a gateway may have added its own, as a line or to a list.
    /// </summary>
    public static RetryAfter Read(HttpResponseMessage? response, TimeProvider clock)
    {
        if (response is null || !response.Headers.NonValidated.TryGetValues("Retry-After", out var lines))
        {
            return default;
        }

        TimeSpan? longest = null;
        var unreadable = false;
        foreach (var line in lines)
        {
            var values = Values(line);
            unreadable |= values.Count == 0;
            foreach (var value in values)
            {
                var wait = Seconds(value) ?? Date(value, response, clock);
                unreadable |= wait is null;
                longest = wait is null || wait <= longest ? longest : wait;
            }
        }

        return new(longest, unreadable);
    }

    /// <summary>The values of one line. A date has a comma after the name of its day, and is not a list.</summary>
    private static List<string> Values(string line)
    {
        var parts = line.Replace("\"", "", StringComparison.Ordinal)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var values = new List<string>(parts.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            values.Add(i + 1 < parts.Length && IsDay(parts[i]) ? $"{parts[i]}, {parts[++i]}" : parts[i]);
        }

        return values;
    }

    private static bool IsDay(string part) =>
        part.All(char.IsAsciiLetter) && Days.Any(day => part.StartsWith(day, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whole seconds, or a decimal number, which is rounded up. The parser alone would read NaN and Infinity too.</summary>
    private static TimeSpan? Seconds(string value)
    {
        if (!value.All(static each => char.IsAsciiDigit(each) || each == '.')
            || !double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }

        return seconds >= int.MaxValue ? Longest : TimeSpan.FromSeconds(Math.Ceiling(seconds));
    }

    /// <summary>
    /// A date, measured against the response's own Date: both are of the same clock, while the local one may be minutes off. Without a
    /// Date the local clock is all there is.
    /// </summary>
    private static TimeSpan? Date(string value, HttpResponseMessage response, TimeProvider clock)
    {
        if (HttpDate(value) is not { } date)
        {
            return null;
        }

        var wait = date - (SentAt(response) ?? clock.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>When the response was made, by the clock of the service; <see langword="null"/> if it does not say.</summary>
    public static DateTimeOffset? SentAt(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Date", out var lines)
            ? lines.SelectMany(Values).Select(HttpDate).FirstOrDefault(static date => date is not null)
            : null;

    /// <summary>One of the three forms of a date in HTTP (RFC 9110, 5.6.7).</summary>
    private static DateTimeOffset? HttpDate(string value) =>
        RetryConditionHeaderValue.TryParse(value, out var parsed) ? parsed.Date : null;
}
