namespace Resilience.Http.ClientProcess;

/// <summary>Bodies that flow steadily, read under a <c>BodyIdleTimeout</c>.</summary>
internal static class IdleBodies
{
    private static int _whole;
    private static int _cut;
    private static int _reading;

    public static async Task<int> RunAsync(Uri address, int count)
    {
        using var client = new Client(address, options => options.BodyIdleTimeout = TimeSpan.FromSeconds(2));
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ReadAsync(client.Http, count)));
        Console.WriteLine($"whole {_whole} cut {_cut}");
        return 0;
    }

    private static async Task ReadAsync(HttpClient http, int count)
    {
        using var response = await http.GetAsync("drip", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        if (Interlocked.Increment(ref _reading) == count)
        {
            Console.WriteLine("reading");
        }

        try
        {
            await body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref _whole);
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _cut);
            Console.WriteLine($"cut: {exception.GetType().Name}: {exception.Message}");
        }
    }
}
