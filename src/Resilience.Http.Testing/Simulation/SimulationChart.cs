using System.Globalization;
using System.Text;

namespace Resilience.Http.Testing.Simulation;

/// <summary>A run drawn with characters.</summary>
internal static class SimulationChart
{
    private const int BarLength = 25;

    public static string Draw(CallTimeline timeline, int lines)
    {
        var step = (timeline.Seconds + lines - 1) / lines;
        var chart = new StringBuilder($"   from | {"answered in time",-33} | sends/call | refused\n");
        for (var from = 0; from < timeline.Seconds; from += step)
        {
            var to = Math.Min(timeline.Seconds, from + step);
            var share = timeline.ShareInTime(from, to);
            var refused = timeline.Refused.Skip(from).Take(to - from).Sum();
            chart.Append(
                CultureInfo.InvariantCulture,
                $"{from,5} s | {Bar(share)} {100 * share,5:0.0} % | {timeline.SendsPerCall(from, to),10:0.00} | {refused,7}\n");
        }

        return chart.ToString();
    }

    private static string Bar(double share)
    {
        var filled = (int)Math.Round(share * BarLength);
        return new string('#', filled) + new string('.', BarLength - filled);
    }
}
