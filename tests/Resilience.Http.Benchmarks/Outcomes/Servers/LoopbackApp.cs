using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>Kestrel on a loopback port, whose address it prints; it runs until its standard input ends.</summary>
internal static class LoopbackApp
{
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="answer">Answers a request.</param>
    /// <param name="execute">Executes a line of the standard input.</param>
    public static async Task RunAsync(int port, RequestDelegate answer, Action<string>? execute = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");

        await using var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();

        Console.WriteLine(app.Urls.Single());
        while (await Console.In.ReadLineAsync() is { } command)
        {
            execute?.Invoke(command);
        }
    }
}
