using System.Diagnostics;
using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Soak;

/// <summary>
/// <c>-- soak</c>: minutes of calls to a server that fails now and then, and what the process holds at the start and at the end.
/// </summary>
internal static class SoakCommand
{
    private const int Callers = 64;
    private const int Rows = 10;

    public static async Task<int> RunAsync(double minutes)
    {
        using var kestrel = KestrelProcess.Start();
        using var client = Clients.OursSoaked.CreateClient(new SocketsHttpHandler());
        var address = new Uri(kestrel.Address, KestrelServer.FaultyPath);
        var results = new Results();
        var stop = new CancellationFlag();

        Console.WriteLine(
            $"""
            Soak: {Callers} callers in closed loops for {minutes:0.#} minutes against a loopback Kestrel that resets 5 % of the connections, answers
            5 % with 503 and never answers 1 %. The heap is read after a full collection.

            {Machine.Describe()}

            """);

        var callers = Enumerable.Range(0, Callers)
            .Select(_ => Task.Run(() => CallUntilStoppedAsync(client, address, results, stop)))
            .ToArray();
        var period = TimeSpan.FromMinutes(minutes / Rows);
        var table = await ReadAsync(results, period);
        stop.PutUp();
        await Task.WhenAll(callers);

        Console.WriteLine(table);
        Console.WriteLine();
        Console.WriteLine($"{results.Total:N0} calls: {results}");
        return 0;
    }

    private static async Task<MarkdownTable> ReadAsync(Results results, TimeSpan period)
    {
        var table = new MarkdownTable("after", "calls/s", "heap MB", "working set MB", "handles", "threads", "timers");
        var start = Stopwatch.GetTimestamp();
        for (var row = 0; row < Rows; row++)
        {
            var (before, since) = (results.Total, Stopwatch.GetTimestamp());
            await Task.Delay(period);
            var rate = (results.Total - before) / Stopwatch.GetElapsedTime(since).TotalSeconds;

            var reading = Reading.Take();
            string[] cells =
            [
                $"{Stopwatch.GetElapsedTime(start):mm\\:ss}",
                $"{rate:N0}",
                $"{reading.HeapBytes / 1e6:0.00}",
                $"{reading.WorkingSet / 1e6:0}",
                $"{reading.Handles}",
                $"{reading.Threads}",
                $"{reading.Timers}",
            ];
            table.Add(cells);
            Progress.Report($"soak: {string.Join(", ", cells)}");
        }

        Progress.Clear();
        return table;
    }

    private static async Task CallUntilStoppedAsync(HttpClient client, Uri address, Results results, CancellationFlag stop)
    {
        while (!stop.IsUp)
        {
            try
            {
                using var response = await client.GetAsync(address);
                results.Count($"{(int)response.StatusCode} {response.StatusCode}");
            }
            catch (Exception exception)
            {
                results.Count(exception.GetType().Name);
                await Task.Yield(); // A call that was refused never waited, and callers that never wait leave no thread to anybody else.
            }
        }
    }
}
