using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Growth;

/// <summary><c>-- growth</c>: what many clients and many authorities cost: per call, in memory, and at start.</summary>
internal static class GrowthCommand
{
    private const string Memory =
        "memory held after a full collection: 10,000 clients that made one call each, 1,000 authorities called once";
    private const string Start = "start of a host with 1,000 clients, each created once";

    private static readonly Fleet[] Fleets = [Fleet.Bare, Fleet.Polly, Fleet.Mehr, Fleet.Ours];

    /// <param name="quick">Short slices, for a first look.</param>
    /// <param name="only">The tables whose title has this text.</param>
    public static async Task<int> RunAsync(bool quick, string only)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(50)) : new MeasurementPlan(9, TimeSpan.FromMilliseconds(300));

        Console.WriteLine(
            $"""
            Growth: the same calls through more and more clients of one host, one caller, 200 answered synchronously from memory. "ns/call"
            is the median of {pace.Rounds} slices that run in turn; "times" is that over the first line's, slice against neighbouring slice:
            median (lowest-highest); "CPU" is the same for processor time.

            {Machine.Describe()}
            """);

        foreach (var (title, measure) in Tables(pace).Where(table => table.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var table = await measure();
            Console.WriteLine();
            Console.WriteLine($"### {title}");
            Console.WriteLine();
            Console.WriteLine(table);
        }

        return 0;
    }

    private static IEnumerable<(string Title, Func<Task<MarkdownTable>> Measure)> Tables(MeasurementPlan pace) =>
    [
        .. from clients in (int[])[1, 100, 1_000, 3_000, 10_000]
           select Calls($"named clients called in turn: {clients:N0}", clients, called: clients, authorities: 1, pace),
        .. from called in (int[])[1, 100]
           select Calls(
               $"named clients: 10,000, of which this many are called in turn: {called:N0}", 10_000, called, authorities: 1, pace),
        .. from authorities in (int[])[1, 1_000]
           select Calls($"authorities of one client called in turn: {authorities:N0}", clients: 1, called: 1, authorities, pace),
        (Memory, MeasureMemoryAsync),
        (Start, () => MeasureStartAsync(pace.Rounds)),
    ];

    private static (string Title, Func<Task<MarkdownTable>> Measure) Calls(
        string title, int clients, int called, int authorities, MeasurementPlan pace) =>
        (title, () => MeasureCallsAsync(title, clients, called, authorities, pace));

    private static async Task<MarkdownTable> MeasureCallsAsync(
        string title, int clients, int called, int authorities, MeasurementPlan pace)
    {
        var results = await GrowthMeasurements.CallsAsync(title, Fleets, clients, called, authorities, pace);
        var table = new MarkdownTable("registered with", "ns/call", "B/call", "times", "CPU");
        foreach (var fleet in results)
        {
            table.Add(
                fleet.Name,
                $"{fleet.Median(sample => sample.NanosecondsPerCall):0}",
                $"{fleet.Median(sample => sample.BytesPerCall):N0}",
                $"{fleet.RatioTo(results[0], sample => sample.NanosecondsPerCall)}",
                $"{fleet.RatioTo(results[0], sample => sample.CpuNanosecondsPerCall)}");
        }

        return table;
    }

    private static async Task<MarkdownTable> MeasureMemoryAsync()
    {
        var table = new MarkdownTable("registered with", "B/client", "of it after start", "B/authority");
        foreach (var fleet in (Fleet[])[.. Fleets, Fleet.OursWithFeatures])
        {
            Progress.Report($"growth: memory with {fleet.Name}");
            var perClient = await GrowthMeasurements.BytesPerClientAsync(fleet);
            var afterStart = await GrowthMeasurements.BytesPerIdleClientAsync(fleet);
            var perAuthority = await GrowthMeasurements.BytesPerAuthorityAsync(fleet);
            table.Add(fleet.Name, $"{perClient:N0}", $"{afterStart:N0}", $"{perAuthority:N0}");
        }

        Progress.Clear();
        return table;
    }

    private static async Task<MarkdownTable> MeasureStartAsync(int rounds)
    {
        var series = await GrowthMeasurements.StartsAsync(Fleets, rounds);
        var table = new MarkdownTable("registered with", "ms", "MB allocated", "times", "CPU");
        foreach (var fleet in series)
        {
            table.Add(
                fleet.Name,
                $"{fleet.Median(sample => sample.Elapsed.TotalMilliseconds):0.0}",
                $"{fleet.Median(sample => sample.Bytes) / 1e6:0.0}",
                $"{fleet.RatioTo(series[0], sample => sample.Elapsed.TotalMilliseconds)}",
                $"{fleet.RatioTo(series[0], sample => sample.CpuNanosecondsPerCall)}");
        }

        return table;
    }
}
