using System.Diagnostics;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary>So many callers, each of which calls again as soon as its call has ended, for the length of a slice.</summary>
internal static class ClosedLoop
{
    /// <summary>One call in eight is timed on its own: two clock readings would be a tenth of the cheapest call.</summary>
    private const int CallsPerTiming = 8;

    public static Sample Run(Func<Task> callAsync, int callers, TimeSpan duration)
    {
        var stop = new CancellationFlag();
        var loops = Enumerable.Range(0, callers).Select(_ => new Caller(callAsync, stop)).ToArray();
        var latencies = new LatencyHistogram();

        var meter = Meter.Start();
        var running = Array.ConvertAll(loops, loop => Task.Run(loop.CallUntilStoppedAsync));
        Thread.Sleep(duration);
        stop.PutUp();
        Task.WaitAll(running);

        Array.ForEach(loops, loop => latencies.Add(loop.Latencies));
        return meter.Stop(loops.Sum(loop => loop.Calls), latencies);
    }

    private sealed class Caller(Func<Task> callAsync, CancellationFlag stop)
    {
        public long Calls { get; private set; }

        public LatencyHistogram Latencies { get; } = new();

        /// <summary>Calls at least once: a slice that ended before its caller was given a thread would have no time per call.</summary>
        public async Task CallUntilStoppedAsync()
        {
            do
            {
                var start = Stopwatch.GetTimestamp();
                await callAsync();
                Latencies.RecordSince(start);

                for (var i = 1; i < CallsPerTiming; i++)
                {
                    await callAsync();
                }

                Calls += CallsPerTiming;
            }
            while (!stop.IsUp);
        }
    }
}
