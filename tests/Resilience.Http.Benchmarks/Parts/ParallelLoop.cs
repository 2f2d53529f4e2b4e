using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// One operation, over and over on threads of its own that share the same object: what contention costs shows between 1 and 2.
/// </summary>
internal static class ParallelLoop
{
    /// <summary>Operations between two looks at the stop sign.</summary>
    private const int BatchSize = 1_000;

    public static Sample Run(IPart part, int threads, TimeSpan duration)
    {
        var stop = new CancellationFlag();
        var calls = new long[threads];
        var running = Enumerable.Range(0, threads).Select(i => new Thread(() => calls[i] = RepeatUntilStopped(part, stop))).ToList();

        var meter = Meter.Start();
        running.ForEach(thread => thread.Start());
        Thread.Sleep(duration);
        stop.PutUp();
        running.ForEach(thread => thread.Join());

        return meter.Stop(calls.Sum());
    }

    private static long RepeatUntilStopped(IPart part, CancellationFlag stop)
    {
        var calls = 0L;
        while (!stop.IsUp)
        {
            part.Repeat(BatchSize);
            calls += BatchSize;
        }

        return calls;
    }
}
