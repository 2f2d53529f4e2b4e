using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>What a run came to, and its tables.</summary>
internal sealed record FleetResult(
    int Replicas,
    IReadOnlyList<Outage> Outages,
    (double KilledAt, double BackAt) Store,
    IReadOnlyList<Arrival> Arrivals,
    ReplicaFigures Figures)
{
    public string Render() => $"{OutageTable()}\n\n{StoreTable()}\n\n{StoreText()}";

    private MarkdownTable OutageTable()
    {
        var table = new MarkdownTable(
            "replicas", "fleet", "all open", "since quorum", "calls until then", "calls in later breaks", "all closed", "since the trial");
        foreach (var outage in Outages)
        {
            foreach (var withFleet in new[] { true, false })
            {
                var figures = OutageFigures.From(outage, withFleet, Replicas, Figures.Events, Arrivals);
                table.Add(
                    outage.Title,
                    withFleet ? "yes" : "no",
                    Seconds(figures.AllOpen),
                    withFleet ? Seconds(figures.SinceQuorum) : "",
                    $"{figures.CallsUntilOpen}",
                    string.Join(", ", figures.Trials),
                    Seconds(figures.AllClosed),
                    withFleet ? Seconds(figures.SinceTrial) : "");
            }
        }

        return table;
    }

    private MarkdownTable StoreTable()
    {
        var table = new MarkdownTable(
            "store", "p99 ms, fleet", "p99 ms, no fleet", "ratio", "failed calls, fleet", "failed calls, no fleet");
        foreach (var phase in new[] { FleetRun.StoreThere, FleetRun.StoreKilled, FleetRun.StoreAgain })
        {
            table.Add(
                phase,
                $"{P99(phase, withFleet: true):0.00}",
                $"{P99(phase, withFleet: false):0.00}",
                $"{P99(phase, withFleet: true) / P99(phase, withFleet: false):0.00}",
                $"{Calls(phase, withFleet: true).Failed} of {Calls(phase, withFleet: true).Microseconds.Count}",
                $"{Calls(phase, withFleet: false).Failed} of {Calls(phase, withFleet: false).Microseconds.Count}");
        }

        return table;
    }

    private string StoreText()
    {
        var lost = Since(Store.KilledAt, "StoreLost");
        var back = Since(Store.BackAt, "StoreBack");
        var last = back.Count > 0 ? Seconds(back[^1].At - Store.BackAt) : "never";
        return $"When the store was killed, {Replicas} replicas logged {lost.Count} Warnings.\n" +
            $"They logged {back.Count} times that it was back, the last one {last} after it was started again.";

        List<ReplicaEvent> Since(double at, string what) => [.. Figures.Events.Where(each => each.What == what && each.At >= at)];
    }

    private double P99(string phase, bool withFleet)
    {
        var sorted = Calls(phase, withFleet).Microseconds;
        return sorted[(int)(0.99 * (sorted.Count - 1))] / 1000.0;
    }

    private PhaseCalls Calls(string phase, bool withFleet) =>
        Figures.Calls.Single(calls => calls.Phase == phase && calls.WithFleet == withFleet);

    private static string Seconds(double? seconds) => seconds is { } value && double.IsFinite(value) ? $"{value:0.00} s" : "not all";
}
