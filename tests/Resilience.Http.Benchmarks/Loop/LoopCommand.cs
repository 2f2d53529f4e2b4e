using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary><c>-- loop</c>: closed loops in this process and over real sockets, a table each.</summary>
internal static class LoopCommand
{
    private static readonly Contender[] Everyone = [
        Clients.Bare, Clients.FivePassThroughs, Clients.Polly, Clients.Mehr, Clients.Ours, Clients.OursWithTimeout
    ];

    /// <param name="quick">Short slices, for a first look.</param>
    /// <param name="only">The tables whose title has this text.</param>
    /// <param name="json">The file to write the result into; <see langword="null"/> for none.</param>
    public static int Run(bool quick, string only, string? json)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(60)) : new MeasurementPlan(9, TimeSpan.FromMilliseconds(400));
        using var kestrel = KestrelProcess.Start();

        Console.WriteLine(
            $"""
            Closed loops: every caller calls again as soon as its call has ended. Per table the clients run in turn, {pace.Rounds} times
            {pace.Slice.TotalMilliseconds:0} ms each; a figure is the median of its slices. "times" is this client's time per call over that of the first
            client in the table, slice against neighbouring slice: median (lowest-highest). "CPU" is the same for the processor time of
            this process. Only these ratios can be compared between runs and machines.

            The tables of telemetry have the chain once without a span and a meter, then with both: unheard, and while listeners that keep
            nothing hear its metrics, its spans, or both. What heard costs over unheard is the library's part; an exporter comes on top.

            {Machine.Describe()}
            """);

        var result = new LoopResult(Machine.Describe(), []);
        foreach (var scenario in Scenarios(kestrel.Address).Where(
            scenario => scenario.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var runners = scenario.Runners();
            Console.WriteLine();
            Console.WriteLine($"### {scenario.Title}");
            Console.WriteLine();
            var series = Alternation.Run(scenario.Title, runners, pace);
            result.Add(scenario.Title, series);
            Console.WriteLine(TableOf(series));
        }

        if (json is not null)
        {
            result.Write(json);
        }

        return 0;
    }

    private static IEnumerable<Scenario> Scenarios(Uri kestrel) =>
    [
        new(Case.Synchronous, 1, Everyone),
        new(Case.Asynchronous, 1, Everyone),
        new(Case.Asynchronous, 2, Everyone),
        new(Case.Asynchronous, 8, Everyone),
        new(Case.Asynchronous, 64, Everyone),
        new(Case.Asynchronous with { Name = $"{Case.Asynchronous.Name}, hedging on" }, 64, Clients.Ours, Clients.OursHedging),
        new(Case.AsynchronousThroughFactory, 1, Clients.BareRegistered, Clients.MehrRegistered, Clients.OursRegistered),
        LoopScenarios.AsRegistered,
        new(
            Case.RetriedOnce,
            1,
            Clients.Bare,
            Clients.Polly,
            Clients.Mehr,
            Clients.OursWithoutBudget,
            Clients.OursWithTimeoutWithoutBudget),
        Limited(Case.Synchronous, 1),
        Limited(Case.Asynchronous, 1),
        Limited(Case.Asynchronous, 8),
        new(
            Case.OverSockets(kestrel) with { Name = $"Concurrency limit: {Case.OverSockets(kestrel).Name}" },
            32, // More than the limit with which an adaptive one begins.
            Clients.Ours,
            Clients.OursWithLimit),
        new(Case.Refused, 1, Clients.Polly, Clients.Mehr, Clients.Ours, Clients.OursResponding),
        new(Case.OverSockets(kestrel), 32, Everyone),
        LoopScenarios.OverSockets(kestrel),
        Monitored(Case.AsynchronousThroughFactory, 1),
        Monitored(Case.AsynchronousThroughFactory, 8),
        Monitored(Case.OverSockets(kestrel), 32),

        // Last: once a span was heard, the resend counter listens to the sockets' spans for as long as the process lives.
        Heard(Case.Synchronous, Audiences.All),
        Heard(Case.Asynchronous, Audiences.All),
        Heard(Case.RetriedOnce, Audiences.WithoutBudget),
        LoopScenarios.WithOpenTelemetry(kestrel),
    ];

    private static Scenario Limited(Case situation, int callers) => new(
        situation with { Name = $"Concurrency limit: {situation.Name}" },
        callers,
        Clients.Ours,
        Clients.OursWithLimit,
        Clients.OursWithAdaptiveLimit);

    /// <summary>What it costs that a dashboard is mapped, while nobody watches.</summary>
    private static Scenario Monitored(Case situation, int callers) =>
        new(situation with { Name = $"Monitored: {situation.Name}" }, callers, Clients.OursRegistered, Clients.OursMonitored);

    private static Scenario Heard(Case situation, Contender[] contenders) =>
        new(situation with { Name = $"Telemetry: {situation.Name}" }, 1, [Clients.Bare, .. contenders]);

    private static MarkdownTable TableOf(IReadOnlyList<Series> contenders)
    {
        var table = new MarkdownTable("client", "calls/s", "p50 us", "p99 us", "CPU us/call", "B/call", "times", "CPU");
        foreach (var contender in contenders)
        {
            var latencies = contender.Latencies();
            table.Add(
                contender.Name,
                $"{contender.Median(sample => sample.CallsPerSecond):N0}",
                $"{latencies.QuantileInMicroseconds(0.5):0.0}",
                $"{latencies.QuantileInMicroseconds(0.99):0.0}",
                $"{contender.Median(sample => sample.CpuNanosecondsPerCall) / 1000:0.00}",
                $"{contender.Median(sample => sample.BytesPerCall):N0}",
                $"{contender.RatioTo(contenders[0], sample => sample.NanosecondsPerCall)}",
                $"{contender.RatioTo(contenders[0], sample => sample.CpuNanosecondsPerCall)}");
        }

        return table;
    }
}
