using System.Runtime;
using System.Runtime.InteropServices;

namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>Where a run took place, printed above its tables.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
        + $"{Environment.ProcessorCount} cores, {(GCSettings.IsServerGC ? "server" : "workstation")} GC";
}
