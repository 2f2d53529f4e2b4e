using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Fleet.Quota;

/// <summary>A time with one load.</summary>
/// <param name="Name">Its calls per second.</param>
/// <param name="From">When it began, in milliseconds of the machine's clock.</param>
/// <param name="To">When it ended.</param>
/// <param name="Commands">The scripts that the store ran.</param>
internal sealed record QuotaPhase(string Name, double From, double To, long Commands)
{
    private const double Second = 1000;

    private double Seconds => (To - From) / Second;

    public static MarkdownTable Table(
        IReadOnlyList<QuotaPhase> phases, double[] sends, double[] arrivals, IReadOnlyList<QuotaCall> calls)
    {
        var table = new MarkdownTable(
            "calls per second", "sent per second", "most in a second of the store", "most in any second at the service",
            "p50 ms", "p99 ms", "rejected", "scripts per second");
        foreach (var phase in phases)
        {
            var own = calls.Where(call => call.Phase == phase.Name).ToList();
            double[] times = [.. own.Where(static call => call.Answered).Select(static call => call.Milliseconds).Order()];
            table.Add(
                phase.Name,
                $"{phase.In(sends).Length / phase.Seconds:0.0}",
                $"{phase.In(sends).GroupBy(static at => (long)(at / Second)).Max(static second => second.Count())}",
                $"{MostIn(phase.In(arrivals))}",
                $"{Part(times, 0.5):0.0}",
                $"{Part(times, 0.99):0.0}",
                $"{own.Count(static call => !call.Answered) / (double)own.Count:0 %}",
                $"{phase.Commands / phase.Seconds:0}");
        }

        return table;
    }

    private double[] In(double[] times) => [.. times.Where(at => at >= From && at < To)];

    private static double Part(double[] sorted, double part) => sorted[(int)(part * (sorted.Length - 1))];

    /// <summary>The most in any second, wherever it begins.</summary>
    private static int MostIn(double[] sorted)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < sorted.Length; last++)
        {
            while (sorted[last] - sorted[first] >= Second)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
