using System.Globalization;
using Microsoft.AspNetCore.Http;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>
/// <c>-- hedging-server</c>: answers in 10 ms, 3 % of the requests in 400 ms. A line with a number on its standard input makes it so many
/// times as slow for everyone.
/// </summary>
internal static class TailServer
{
    public const string Command = "hedging-server";

    private const double Usual = 10;
    private const double Slow = 400;
    private const double SlowShare = 0.03;

    private static double _factor = 1;

    public static async Task<int> RunAsync()
    {
        await LoopbackApp.RunAsync(
            port: 0, AnswerAsync, static command => Volatile.Write(ref _factor, double.Parse(command, CultureInfo.InvariantCulture)));
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var milliseconds = Random.Shared.NextDouble() < SlowShare ? Slow : Usual;
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds * Volatile.Read(ref _factor)), context.RequestAborted);
        await context.Response.WriteAsync("ok");
    }
}
