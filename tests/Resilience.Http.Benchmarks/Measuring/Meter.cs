using System.Diagnostics;

namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>Reads the clock, the CPU time and the allocated bytes of this process at the start and the end of a slice.</summary>
internal readonly struct Meter
{
    private readonly long _start;
    private readonly TimeSpan _cpu;
    private readonly long _bytes;

    private Meter(long start, TimeSpan cpu, long bytes) => (_start, _cpu, _bytes) = (start, cpu, bytes);

    /// <summary>Collects first, so that no contender pays for the garbage of the one before it.</summary>
    public static Meter Start()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new Meter(Stopwatch.GetTimestamp(), CpuTime(), GC.GetTotalAllocatedBytes(precise: true));
    }

    public Sample Stop(long calls, LatencyHistogram? latencies = null)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        return new Sample(calls, elapsed, CpuTime() - _cpu, GC.GetTotalAllocatedBytes(precise: true) - _bytes, latencies);
    }

#pragma warning disable CA1416 // the desktop and server systems this runs on all have it
    private static TimeSpan CpuTime() => Environment.CpuUsage.TotalTime;
#pragma warning restore CA1416
}
