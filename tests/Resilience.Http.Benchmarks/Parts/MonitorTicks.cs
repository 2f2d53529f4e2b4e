using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Measuring;
using Resilience.Http.Chain;
using Resilience.Http.Monitoring;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// What a mapped dashboard does once a second while nobody watches, and what it holds. It is the same however many calls there are.
/// </summary>
internal static class MonitorTicks
{
    public const string Title = "dashboard: one tick of the monitor, once a second";

    private const int CallsPerSecond = 1_000;

    public static void Print(MeasurementPlan plan)
    {
        var table = new MarkdownTable(
            "services", "called", "µs/tick", "B/tick", "of one core", $"ns/call at {CallsPerSecond:N0} calls/s", "B/service");
        foreach (var count in (int[])[1, 100, 500])
        {
            using var provider = Register(count);
            var (monitor, bytes) = Begin(provider, count);
            ServiceState[] services = [.. provider.GetRequiredService<ServiceStateStore>().All];
            var second = 1L;
            foreach (var called in count == 1 ? (int[])[0, 1] : [0, count / 10, count])
            {
                var runner = new Runner($"{count}, {called} called", time => Run(monitor, services.AsSpan(0, called), ref second, time));
                var ticks = Alternation.Run(Title, [runner], plan)[0];
                var nanoseconds = ticks.Median(static sample => sample.CpuNanosecondsPerCall);
                table.Add(
                    $"{count}",
                    $"{called}",
                    $"{nanoseconds / 1_000:0.00}",
                    $"{ticks.Median(static sample => sample.BytesPerCall):0}",
                    $"{nanoseconds / 1e9:P5}",
                    $"{nanoseconds / CallsPerSecond:0.00}",
                    $"{bytes:N0}");
            }
        }

        Console.WriteLine();
        Console.WriteLine($"### {Title}");
        Console.WriteLine();
        Console.WriteLine(table);
        var counting = Alternation.Run(
            "dashboard: count a call", [new Runner("count", time => ParallelLoop.Run(new TrafficPart(), threads: 1, time))], plan)[0];
        Console.WriteLine();
        var nanosecondsPerCall = counting.Median(static sample => sample.CpuNanosecondsPerCall);
        Console.WriteLine($"All times are processor time. To count a call that ended: {nanosecondsPerCall:0.0} ns.");
    }

    private static ServiceProvider Register(int count)
    {
        var services = new ServiceCollection();
        for (var i = 0; i < count; i++)
        {
            services.AddResilientHttpClient($"service-{i}", static options => options.BaseAddress = new("http://service.test/"));
        }

        return services.BuildServiceProvider();
    }

    /// <summary>The monitor without its timer, so that the ticks can be made one after the other.</summary>
    private static (ServiceMonitor Monitor, long BytesPerService) Begin(ServiceProvider provider, int count)
    {
        provider.GetRequiredService<ICircuitRegistry>().GetAll(); // creates the services
        var monitor = provider.GetRequiredService<ServiceMonitor>();
        monitor.Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        monitor.Advance(1);
        return (monitor, (GC.GetAllocatedBytesForCurrentThread() - before) / count);
    }

    private static Sample Run(ServiceMonitor monitor, Span<ServiceState> called, ref long second, TimeSpan duration)
    {
        var ticks = 0L;
        var clock = TimeProvider.System;
        var meter = Meter.Start();
        var start = clock.GetTimestamp();
        do
        {
            foreach (var service in called)
            {
                service.Traffic!.Count(TrafficEvent.Retried);
            }

            monitor.Advance(++second);
            ticks++;
        }
        while (clock.GetElapsedTime(start) < duration);

        return meter.Stop(ticks);
    }
}
