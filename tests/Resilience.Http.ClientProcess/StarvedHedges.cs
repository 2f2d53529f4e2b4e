using System.Diagnostics.Metrics;

namespace Resilience.Http.ClientProcess;

/// <summary>A call that is slow while all threads of the pool are blocked: its hedge falls due, and nobody could see a response.</summary>
internal static class StarvedHedges
{
    private const int Threads = 4;

    /// <param name="address">The service.</param>
    /// <param name="isStarved">Whether the threads of the pool are blocked.</param>
    public static async Task<int> RunAsync(Uri address, bool isStarved)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        ThreadPool.SetMaxThreads(Threads, Threads);
        using var client = new Client(address, static options =>
        {
            options.Hedging.Enabled = true;
            options.Hedging.Delay = TimeSpan.FromMilliseconds(500);
            options.AttemptTimeout = TimeSpan.FromSeconds(60);
            options.TotalTimeout = TimeSpan.FromSeconds(60);
        });
        using var listener = PrintSuppressedHedges();
        using var free = new ManualResetEventSlim(!isStarved);
        using var blocked = new CountdownEvent(Threads);
        for (var i = 0; i < Threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Block(blocked, free), null);
        }

        blocked.Wait();
        var call = client.Http.GetAsync("held"); // As far as this thread gets: the rest needs the pool.
        Thread.Sleep(TimeSpan.FromSeconds(2));
        free.Set();
        using var response = await call;
        Console.WriteLine($"answered {(int)response.StatusCode}");
        return 0;
    }

    private static void Block(CountdownEvent blocked, ManualResetEventSlim free)
    {
        blocked.Signal();
        free.Wait();
    }

    private static MeterListener PrintSuppressedHedges()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "resilience.http.hedges.suppressed")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "resilience.reason")
                {
                    Console.WriteLine($"suppressed {value}");
                }
            }
        });
        listener.Start();
        return listener;
    }
}
