using System.Globalization;

namespace Resilience.Http.Testing.Time;

/// <summary>Durations as messages show them: short, but exact, so that two that differ never read the same.</summary>
internal static class ExactDuration
{
    public static string Format(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerSecond:0.#######} s");
}
