using System.Globalization;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>Durations as progress and messages show them: <c>1.5 s</c>.</summary>
internal static class DurationFormat
{
    public static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
}
