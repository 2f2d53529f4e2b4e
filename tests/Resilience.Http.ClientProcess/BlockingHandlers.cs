using System.Diagnostics;

namespace Resilience.Http.ClientProcess;

/// <summary>Sixty handlers that block threads of the pool on the tasks of their calls: the usual way to starve a pool.</summary>
internal static class BlockingHandlers
{
    private const int Handlers = 60;

    private static int _answered;
    private static int _failed;
    private static int _blocked;
    private static int _done;

    /// <param name="address">The service.</param>
    /// <param name="calls">How many each handler makes, one after the other.</param>
    /// <param name="patience">The longest that it runs.</param>
    public static int Run(Uri address, int calls, TimeSpan patience)
    {
        using var client = new Client(address);
        var clock = Stopwatch.StartNew();
        client.Circuits.Transitioned += transition =>
            Console.WriteLine($"circuit {transition.To} at {clock.Elapsed.TotalSeconds:0.0}: {transition.Reason}");
        for (var i = 0; i < Handlers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Handle(client.Http, calls), null);
        }

        // The main thread is none of the pool's.
        while (Volatile.Read(ref _done) < Handlers && clock.Elapsed < patience)
        {
            Thread.Sleep(100);
        }

        Console.WriteLine($"answered {_answered} failed {_failed} blocked {_blocked} after {clock.Elapsed.TotalSeconds:0.0}");
        return 0;
    }

    private static void Handle(HttpClient http, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            Interlocked.Increment(ref _blocked);
            try
            {
                http.GetStringAsync("things").Wait();
                Interlocked.Increment(ref _answered);
            }
            catch (AggregateException exception)
            {
                if (Interlocked.Increment(ref _failed) <= 2)
                {
                    Console.WriteLine($"failed: {exception.InnerException!.Message}");
                }
            }

            Interlocked.Decrement(ref _blocked);
        }

        Interlocked.Increment(ref _done);
    }
}
