using System.Diagnostics;
using System.Net;

namespace Resilience.Http.ClientProcess;

/// <summary>Blocking reads of bodies on a pool of four threads, all of which they occupy.</summary>
internal static class BlockingReads
{
    private static int _whole;
    private static int _timedOut;
    private static int _other;

    public static int Run(Uri address, int readers, string way)
    {
        ThreadPool.SetMinThreads(4, 4);
        ThreadPool.SetMaxThreads(4, 4);
        using var client = new Client(address, options => options.BodyIdleTimeout = TimeSpan.FromSeconds(2));
        var responses = Task.WhenAll(
            Enumerable.Range(0, readers).Select(_ => client.Http.SendAsync(
                new HttpRequestMessage(HttpMethod.Get, "drip")
                {
                    Version = way == "HTTP/2" ? HttpVersion.Version20 : HttpVersion.Version11,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                },
                HttpCompletionOption.ResponseHeadersRead))).Result;
        var clock = Stopwatch.StartNew();
        using var left = new CountdownEvent(readers);
        foreach (var response in responses)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Read(response, way, left), null);
        }

        left.Wait(TimeSpan.FromSeconds(25));
        Console.WriteLine(
            $"whole {_whole} timed out {_timedOut} other {_other} left {left.CurrentCount} after {clock.Elapsed.TotalSeconds:0.0}");
        return 0;
    }

    private static void Read(HttpResponseMessage response, string way, CountdownEvent left)
    {
        try
        {
            Read(response.Content, way);
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

    private static void Read(HttpContent content, string way)
    {
        if (way == "the content's CopyTo")
        {
            content.CopyTo(Stream.Null, null, CancellationToken.None);
            return;
        }

        using var body = content.ReadAsStream();
        switch (way)
        {
            case "an array":
                var array = new byte[64];
                while (body.Read(array, 0, array.Length) > 0)
                {
                }

                break;
            case "a reader":
                new StreamReader(body).ReadToEnd();
                break;
            default:
                body.CopyTo(Stream.Null);
                break;
        }
    }
}
