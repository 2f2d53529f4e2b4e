using Microsoft.Extensions.Http.Resilience;
using Polly;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary><c>-- parts</c>: the mechanisms inside the chain beside the usual way to build each, at 1, 2 and 8 threads.</summary>
internal static class PartsCommand
{
    private const int Permits = 1_000;

    /// <param name="quick">Shorter slices.</param>
    /// <param name="only">The tables whose title has this text.</param>
    public static int Run(bool quick, string only)
    {
        var pace = quick ? new MeasurementPlan(7, TimeSpan.FromMilliseconds(50)) : new MeasurementPlan(11, TimeSpan.FromMilliseconds(250));

        Console.WriteLine(
            $"""
            Parts: one operation over and over, on threads that share one breaker or one pool of sources. They run in turn, {pace.Rounds} times
            {pace.Slice.TotalMilliseconds:0} ms each. "ns/op" is what one operation takes the thread that does it, the median; "times" is that over the first
            line's, slice against neighbouring slice: median (lowest-highest); "CPU" is the same for processor time.

            {Machine.Describe()}
            """);

        foreach (var (title, parts) in Tables().Where(table => table.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var threads in (int[])[1, 2, 8])
            {
                Print($"{title}, {threads} thread{(threads == 1 ? "" : "s")}", parts, threads, pace);
            }
        }

        if (MonitorTicks.Title.Contains(only, StringComparison.OrdinalIgnoreCase))
        {
            MonitorTicks.Print(pace);
        }

        return 0;
    }

    private static IEnumerable<(string Title, (string Name, IPart Part)[] Parts)> Tables() =>
    [
        ("breaker: take a permit, record a success",
        [
            ("lock and queue", new LockAndQueueBreaker(
                Figures.SamplingWindow, Figures.MinimumThroughput, Figures.FailureRatio, TimeProvider.System)),
            ("Resilience.Http, circuit", new CircuitPart(new(), TimeProvider.System)),
            ("Polly.Core, breaker alone", new PollyBreaker()),
            ("Http.Resilience, breaker alone", new MehrPart(
                static builder => builder.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions()))),
        ]),
        ("concurrency limit: take a permit, give it back",
        [
            ("System.Threading.RateLimiting", new SystemPermitPart(Permits)),
            ("Resilience.Http, fixed", new PermitPart(Permits)),
            ("Resilience.Http, adaptive", new AdaptivePermitPart(TimeProvider.System)),
        ]),
        ("timeout: start, end in time",
        [
            ("linked source with CancelAfter", new LinkedTimeout(Figures.AttemptTimeout)),
            ("Resilience.Http, source kept", new KeptTimeout(Figures.AttemptTimeout)),
            ("Polly.Core, timeout alone", new PollyTimeout(Figures.AttemptTimeout)),
            ("Http.Resilience, timeout alone", new MehrPart(
                static builder => builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = Figures.AttemptTimeout }))),
        ]),
        ("deadline: a call that is answered at once",
        [
            ("no deadline", new DeadlineCall(inherits: false, propagates: false)),
            ("inherited", new DeadlineCall(inherits: true, propagates: false)),
            ("passed on", new DeadlineCall(inherits: false, propagates: true)),
            ("inherited and passed on", new DeadlineCall(inherits: true, propagates: true)),
        ]),
        ("dashboard: count a call that ended", [("Resilience.Http, counters of a service", new TrafficPart())]),
        ("hedging: record a duration", [("Resilience.Http, estimator", new EstimatorPart())]),
        ("endpoint: choose one of three for a send",
        [
            ("Resilience.Http, choice", new EndpointPart(3)),
        ]),
        ("rate limit: take a token, none waits",
        [
            ("System.Threading.RateLimiting, token bucket", new FrameworkRateLimit()),
            ("Resilience.Http, token bucket", new RateLimitPart(TimeProvider.System)),
        ]),
    ];

    private static void Print(string title, (string Name, IPart Part)[] parts, int threads, MeasurementPlan pace)
    {
        var runners = Array.ConvertAll(parts, part => new Runner(part.Name, duration => ParallelLoop.Run(part.Part, threads, duration)));
        var results = Alternation.Run(title, runners, pace);

        var table = new MarkdownTable("part", "ns/op", "B/op", "times", "CPU");
        foreach (var part in results)
        {
            table.Add(
                part.Name,
                $"{part.Median(sample => sample.NanosecondsPerCall * threads):0.0}",
                $"{part.Median(sample => sample.BytesPerCall):0}",
                $"{part.RatioTo(results[0], sample => sample.NanosecondsPerCall)}",
                $"{part.RatioTo(results[0], sample => sample.CpuNanosecondsPerCall)}");
        }

        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Console.WriteLine(table);
    }
}
