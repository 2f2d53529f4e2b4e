using System.Diagnostics;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>The machine's monotonic clock in seconds: the same in all processes, so that their events can be compared.</summary>
internal static class FleetClock
{
    public static double Now => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
}
