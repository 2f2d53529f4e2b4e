using Resilience.Http.Benchmarks.Measuring;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>
/// <c>-- fleet</c>: what a fleet makes of an outage, and what an outage of its store costs. In each of four processes a quarter of the
/// replicas runs twice, with the fleet and without, so that both meet the same moment of the same machine.
/// </summary>
internal static class FleetCommand
{
    public static async Task<int> RunAsync(int replicas, int storeGoneFor, string? page)
    {
        await using var run = await FleetRun.StartAsync(replicas);
        var result = await run.MeasureAsync(storeGoneFor);
        Progress.Clear();

        var text = $"{Machine.Describe()}, {StoreServer.Name}, the store gone for {storeGoneFor} s\n\n{result.Render()}";
        Console.WriteLine(text);
        if (page is not null)
        {
            await MarkedPage.WriteAsync(page, text);
        }

        return 0;
    }
}
