using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Benchmarks.Loopback;

/// <summary><c>-- server</c>: Kestrel on a free loopback port, whose address it prints; it runs until its standard input ends.</summary>
internal static class KestrelServer
{
    public const string Command = "server";

    /// <summary>Where 11 % of the calls go wrong, for the soak.</summary>
    public const string FaultyPath = "/faulty";

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        await using var app = builder.Build();
        app.MapGet("/", static () => "ok");
        app.MapGet(FaultyPath, AnswerOrFailAsync);
        await app.StartAsync();

        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task AnswerOrFailAsync(HttpContext context)
    {
        switch (Random.Shared.Next(100))
        {
            case < 5:
                context.Abort();
                break;
            case < 10:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case 10:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                await context.Response.WriteAsync("ok");
                break;
        }
    }
}
