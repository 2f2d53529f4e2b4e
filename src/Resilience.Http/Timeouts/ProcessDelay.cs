using System.Globalization;

namespace Resilience.Http.Timeouts;

/// <summary>What this process was behind with, and by how much, when a time limit fired: the answer may have been there unseen.</summary>
internal sealed record ProcessDelay(ProcessDelayCause Cause, TimeSpan Length)
{
    /// <summary>Shorter delays are normal under load, and too short to explain a timeout.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How late a total timeout fires at most when this process is behind: before <see cref="HttpClient.Timeout"/>, a second after it.
    /// </summary>
    public static readonly TimeSpan LongestOverrun = TimeSpan.FromMilliseconds(500);

    /// <summary>What was behind and by how much: <c>work queued to its thread pool waited for 2.1 s</c>.</summary>
    public string Text => Cause == ProcessDelayCause.ThreadPool
        ? string.Create(CultureInfo.InvariantCulture, $"work queued to its thread pool waited for {Length.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"its timers ran {Length.TotalSeconds:0.0} s late");

    /// <summary>Where to look.</summary>
    public string Advice => Cause == ProcessDelayCause.ThreadPool
        ? "Find the code that blocks thread-pool threads, such as .Result, .Wait() or synchronous I/O: " +
            "run 'dotnet-stack report' and watch the metric dotnet.thread_pool.queue.length"
        : "The process was suspended or had too little CPU time: check its CPU limit, paused containers or virtual machines, and long " +
            "garbage collections";

    /// <summary>The longest delay that does not explain a timeout of the given limit.</summary>
    public static TimeSpan ToleranceFor(TimeSpan limit) => limit / 10 > Tolerance ? limit / 10 : Tolerance;
}
