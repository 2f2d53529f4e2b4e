using System.Globalization;

namespace Resilience.Http.Telemetry;

/// <summary>A time span as messages write it: <c>350 ms</c>, <c>1.5 s</c>, <c>8 s</c>.</summary>
internal static class DurationText
{
    /// <summary>The time to the microsecond; <c>off</c> for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return "off";
        }

        return duration < TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
    }

    /// <summary>A wait in whole units, rounded up: a caller that waits that long is not early.</summary>
    public static string FormatWait(TimeSpan wait) => wait < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalMilliseconds)} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalSeconds)} s");
}
