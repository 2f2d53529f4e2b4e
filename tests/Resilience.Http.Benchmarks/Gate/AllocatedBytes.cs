namespace Resilience.Http.Benchmarks.Gate;

/// <summary>
/// Bytes allocated by one call on the calling thread, where all of it runs. Code that was just compiled allocates more than the
/// optimised code that follows it, so the least of many rounds is the figure, and it is the same in every run.
/// </summary>
internal static class AllocatedBytes
{
    private const int CallsPerRound = 1_000;
    private const int Rounds = 50;

    /// <summary>Gives the compiler time to put its better code in place between two rounds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static long PerCall(Func<Task> callAsync)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            Thread.Sleep(Pause);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < CallsPerRound; i++)
            {
                Call(callAsync);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return (long)Math.Round((double)least / CallsPerRound);
    }

    private static void Call(Func<Task> callAsync)
    {
        var call = callAsync();
        if (!call.IsCompleted)
        {
            throw new InvalidOperationException("The call went on on another thread, where its bytes are not counted.");
        }

        call.GetAwaiter().GetResult();
    }
}
