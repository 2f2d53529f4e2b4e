using System.Globalization;

namespace Resilience.Http.Testing.Time;

/// <summary>Times as messages show them: short, and exact, so that two that differ never read the same.</summary>
internal static class TimeLength
{
    public static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerSecond:0.#######} s");
}
