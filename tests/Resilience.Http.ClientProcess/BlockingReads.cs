using System.Diagnostics;

namespace Resilience.Http.ClientProcess;

/// <summary>Blocking reads of bodies on a pool of four threads, all of which they occupy.</summary>
internal static class BlockingReads
{
    private static int _whole;
    private static int _timedOut;
    private static int _other;

    public static int Run(Uri address, int readers)
    {
        ThreadPool.SetMinThreads(4, 4);
        ThreadPool.SetMaxThreads(4, 4);
        using var client = new Client(address, options => options.BodyIdleTimeout = TimeSpan.FromSeconds(2));
        var responses = Task.WhenAll(
            Enumerable.Range(0, readers).Select(_ => client.Http.GetAsync("drip", HttpCompletionOption.ResponseHeadersRead))).Result;
        var clock = Stopwatch.StartNew();
        using var left = new CountdownEvent(readers);
        foreach (var response in responses)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Read(response, left), null);
        }

        left.Wait(TimeSpan.FromSeconds(25));
        Console.WriteLine(
            $"whole {_whole} timed out {_timedOut} other {_other} left {left.CurrentCount} after {clock.Elapsed.TotalSeconds:0.0}");
        return 0;
    }

    private static void Read(HttpResponseMessage response, CountdownEvent left)
    {
        try
        {
            using var body = response.Content.ReadAsStream();
            body.CopyTo(Stream.Null);
            Interlocked.Increment(ref _whole);
        }
        catch (RequestTimedOutException)
        {
            Interlocked.Increment(ref _timedOut);
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _other);
            Console.WriteLine($"other: {exception.GetType().Name}: {exception.Message}");
        }

        left.Signal();
    }
}
