using System.Diagnostics;

namespace Resilience.Http.Benchmarks.Soak;

/// <summary>What this process holds at one moment. The heap is read after a full collection, so it is what is really held on to.</summary>
internal sealed record Reading(long HeapBytes, long WorkingSet, int Handles, int Threads, long Timers)
{
    public static Reading Take()
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return new Reading(heap, process.WorkingSet64, process.HandleCount, process.Threads.Count, Timer.ActiveCount);
    }
}
