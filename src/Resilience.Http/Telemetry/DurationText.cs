using System.Globalization;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A time as messages tell it: <c>350 ms</c>, <c>1.5 s</c>, <c>8 s</c>.</summary>
internal static class DurationText
{
    public static string Format(TimeSpan duration) => duration < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");

    /// <summary>A wait, rounded up: whoever waits that long is not early.</summary>
    public static string OfWait(TimeSpan wait) => wait < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalMilliseconds)} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(wait.TotalSeconds)} s");
}
