using System.Globalization;
using Resilience.Http.Requests;

namespace Resilience.Http.Deadlines;

/// <summary>The time left as a header has it: whole milliseconds, and for gRPC digits with a unit.</summary>
internal static class DeadlineField
{
    /// <summary>Rounded down, so that the service never has longer than the caller waits; at least 1, since 0 says "too late".</summary>
    public static long Milliseconds(TimeSpan remaining) => Math.Max(1, remaining.Ticks / TimeSpan.TicksPerMillisecond);

    /// <summary>Reads one value: digits only. More than 24 hours, however many digits that takes, are 24 hours.</summary>
    public static TimeSpan? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var longest = (long)TimeLimit.Longest.TotalMilliseconds;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < longest
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeLimit.Longest;
    }

    public static string Format(long milliseconds, bool grpc) => grpc
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m") // At most 24 hours, so never more than the 8 digits allowed.
        : milliseconds.ToString(CultureInfo.InvariantCulture);
}
