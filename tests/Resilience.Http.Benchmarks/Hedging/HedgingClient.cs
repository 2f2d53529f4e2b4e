using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Benchmarks.Outcomes.Clients;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>
/// <c>-- hedging-client CONTENDER ADDRESS SECONDS</c>: prints <c>ready</c>, waits for a line, calls 200 times per second from 50 callers,
/// prints <c>slow</c> when the service is to become slow, and in the end its figures as JSON.
/// </summary>
internal static class HedgingClient
{
    public const string Command = "hedging-client";
    public const int SlowSeconds = 20;
    public const int WarmUpSeconds = 3;

    private const int Callers = 50;
    private const int CallsPerSecond = 200;

    public static async Task<int> RunAsync(string contender, Uri address, int seconds)
    {
        HedgingPhase[] phases = [new(), new(), new()]; // While it warms up, while the service is well, while it is slow.
        var phase = phases[0];
        var services = new ServiceCollection();
        HedgingContender.ByKey(contender).Register(services)
            .AddHttpMessageHandler(() => new SendCounter(() => Volatile.Read(ref phase).Send()));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(HedgingContender.ClientName);

        Console.WriteLine("ready");
        Console.ReadLine();
        var start = Stopwatch.GetTimestamp();
        var callers = Enumerable.Range(0, Callers).Select(CallAsync).ToArray();
        await WaitUntilAsync(WarmUpSeconds, start);
        Volatile.Write(ref phase, phases[1]);
        await WaitUntilAsync(WarmUpSeconds + seconds, start);
        Console.WriteLine("slow");
        Volatile.Write(ref phase, phases[2]);
        await Task.WhenAll(callers);

        Console.WriteLine(new HedgingFigures(
            phases[1].Percentile(0.5),
            phases[1].Percentile(0.99),
            phases[1].Percentile(0.999),
            phases[1].Extra,
            phases[2].Extra,
            phases[2].Errors));
        return 0;

        async Task CallAsync(int caller)
        {
            var calls = (WarmUpSeconds + seconds + SlowSeconds) * CallsPerSecond / Callers;
            for (var call = 0; call < calls; call++)
            {
                await WaitUntilAsync(((call * Callers) + caller) / (double)CallsPerSecond, start);
                await MeasureAsync(client, address, Volatile.Read(ref phase));
            }
        }
    }

    private static async Task MeasureAsync(HttpClient client, Uri address, HedgingPhase phase)
    {
        phase.Begin();
        var begin = Stopwatch.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(address);
            response.EnsureSuccessStatusCode();
            phase.Answer(Stopwatch.GetElapsedTime(begin));
        }
        catch (Exception)
        {
            phase.Fail();
        }
    }

    private static async Task WaitUntilAsync(double second, long start)
    {
        if (TimeSpan.FromSeconds(second) - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait);
        }
    }
}
