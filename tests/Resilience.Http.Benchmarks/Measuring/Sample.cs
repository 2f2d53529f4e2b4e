namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>What one contender did in one slice of time.</summary>
internal sealed record Sample(long Calls, TimeSpan Elapsed, TimeSpan Cpu, long Bytes, LatencyHistogram? Latencies = null)
{
    public double CallsPerSecond => Calls / Elapsed.TotalSeconds;

    public double NanosecondsPerCall => Elapsed.TotalNanoseconds / Calls;

    public double CpuNanosecondsPerCall => Cpu.TotalNanoseconds / Calls;

    public double BytesPerCall => (double)Bytes / Calls;
}
