using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Outcomes.Results;

namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>
/// <c>-- outcomes-client JSON</c>: warms up, prints <c>ready</c>, waits for a line, makes its calls, waits for a line with the second in
/// which the service was well again (or nothing), and prints its figures as JSON.
/// </summary>
internal static class ClientProgram
{
    public const string Command = "outcomes-client";

    private const int WarmUpCallers = 10;
    private const int WarmUpCalls = 30;

    public static int Run(LoadOptions options)
    {
        WarmUpAsync(options).GetAwaiter().GetResult();
        OpenLoad? load = null;
        using var provider = Build(options, () => load!.OnSend());
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(OutcomeContender.ClientName);
        load = new OpenLoad(client, options);
        var starvation = new PoolStarvation(client, options.Address);

        Console.WriteLine("ready");
        Console.ReadLine();
        var blockedLater = 0;
        if (options.StarveFrom >= 0)
        {
            var until = options.StarveFrom + options.StarveFor;
            At(options.StarveFrom, () => starvation.Begin(load, TimeSpan.FromSeconds(until)));
            At(Math.Min(options.Seconds, until + 15), () => blockedLater = starvation.Blocked);
        }

        load.Run();

        Console.WriteLine("done");
        var well = int.TryParse(Console.ReadLine(), out var second) ? second : (int?)null;
        Console.WriteLine(JsonSerializer.Serialize(OutcomeFigures.Of(load, options, well, blockedLater)));
        return 0;
    }

    /// <summary>
    /// Calls that count for nothing, with a client of their own: the code is compiled, here and in the servers, but what is measured has
    /// not called anything yet. Otherwise fifty processes compile at once while the first calls are due.
    /// </summary>
    private static async Task WarmUpAsync(LoadOptions options)
    {
        using var provider = Build(options, static () => { });
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(OutcomeContender.ClientName);
        await Task.WhenAll(Enumerable.Range(0, WarmUpCallers).Select(async _ =>
        {
            for (var call = 0; call < WarmUpCalls; call++)
            {
                using var response = await client.GetAsync(options.Address);
            }
        }));
    }

    private static ServiceProvider Build(LoadOptions options, Action onSend)
    {
        var services = new ServiceCollection();
        OutcomeContender.ByKey(options.Contender).Register(services).AddHttpMessageHandler(() => new SendCounter(onSend));
        return services.BuildServiceProvider();
    }

    /// <summary>On a thread of its own: what waits for a starved pool comes late.</summary>
    private static void At(double second, Action action) => new Thread(() =>
    {
        Thread.Sleep(TimeSpan.FromSeconds(second));
        action();
    })
    { IsBackground = true }.Start();
}
