using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>The sample as a process of its own, stopped by SIGTERM while it handles 100 requests per second.</summary>
public sealed partial class ShutdownTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(5);

    /// <summary>For the end of a process on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    /// <summary>In place of a status: on a busy machine, the host may end before it has sent all answers to calls that were cut.</summary>
    private const int Lost = 0;

    [Fact]
    public async Task Calls_that_can_finish_are_not_cut_and_none_outlives_the_hosts_timeout()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no SIGTERM.");
        }

        using var sample = Start();
        var log = new List<string>();
        var api = new HttpClient { BaseAddress = await AddressAsync(sample, log), Timeout = TimeSpan.FromSeconds(30) };
        var rest = ReadToEndAsync(sample, log);
        var errors = sample.StandardError.ReadToEndAsync();
        await SwitchAsync(api, "inventory", new { fault = "slow", delaySeconds = 50 }); // Its calls are cut.
        await SwitchAsync(api, "payments", new { fault = "slow", delaySeconds = 1 }); // Its calls can finish.

        var reads = new List<Task<int>>();
        var orders = new List<Task<int>>();
        using (var timer = new PeriodicTimer(Pace))
        {
            for (var i = 0; i < 200 && await timer.WaitForNextTickAsync(); i++)
            {
                (i % 2 == 0 ? reads : orders).Add(i % 2 == 0 ? ReadAsync(api) : OrderAsync(api));
            }
        }

        await WaitUntilInFlightAsync(api, "inventory", reads.Count); // A busy machine may be behind with them.
        var stopping = Stopwatch.StartNew();
        Process.Start("kill", ["-TERM", sample.Id.ToString(CultureInfo.InvariantCulture)])!.Dispose();
        await sample.WaitForExitAsync();
        var took = stopping.Elapsed;
        await rest;

        output.WriteLine($"stopped after {took.TotalSeconds:0.00} s");
        Assert.Equal(0, sample.ExitCode);
        Assert.All(await Task.WhenAll(orders), status => Assert.Equal(201, status));
        Assert.All(await Task.WhenAll(reads), status => Assert.Contains(status, (int[])[504, Lost]));
        Assert.Equal("", await errors);
        var cut = CallsCut().Match(string.Join('\n', log));
        Assert.True(cut.Success, string.Join('\n', log));
        Assert.Equal(reads.Count, int.Parse(cut.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.InRange(took, HostTimeout * 0.9, HostTimeout + Slack);
    }

    private static Process Start()
    {
        string[] arguments =
        [
            typeof(Program).Assembly.Location,
            "--port", "0",
            FormattableString.Invariant($"--shutdownTimeoutSeconds={HostTimeout.TotalSeconds:0}"),
            "--ResilientHttpClients:Clients:inventory:TotalTimeout=60s",
            "--ResilientHttpClients:Clients:inventory:AttemptTimeout=60s",
            "--ResilientHttpClients:Clients:payments:AttemptTimeout=5s",
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = AppContext.BaseDirectory, // where its settings are
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<Uri> AddressAsync(Process sample, List<string> log)
    {
        while (await sample.StandardOutput.ReadLineAsync() is { } line)
        {
            log.Add(line);
            if (Address().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException($"The sample did not start: {string.Join('\n', log)}");
    }

    private static async Task ReadToEndAsync(Process sample, List<string> log)
    {
        while (await sample.StandardOutput.ReadLineAsync() is { } line)
        {
            log.Add(line);
        }
    }

    private static async Task SwitchAsync(HttpClient api, string service, object fault)
    {
        using var response = await api.PostAsJsonAsync($"downstreams/{service}/fault", fault);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task WaitUntilInFlightAsync(HttpClient api, string service, int calls)
    {
        var gauge = new Regex($"^resilience_http_concurrency_in_flight{{.*\"{service}\"}} {calls}$", RegexOptions.Multiline);
        for (var i = 0; i < 200 && !gauge.IsMatch(await api.GetStringAsync(new Uri("metrics", UriKind.Relative))); i++)
        {
            await Task.Delay(100);
        }
    }

    private static async Task<int> ReadAsync(HttpClient api)
    {
        try
        {
            using var response = await api.GetAsync(new Uri("orders/1", UriKind.Relative));
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return Lost;
        }
    }

    private static async Task<int> OrderAsync(HttpClient api)
    {
        using var response = await api.PostAsJsonAsync("orders", new { sku = "tea", quantity = 1 });
        return (int)response.StatusCode;
    }

    [GeneratedRegex("The order API: *(http[^ ]*)")]
    private static partial Regex Address();

    [GeneratedRegex("The shutdown of the app ended ([0-9]+) calls")]
    private static partial Regex CallsCut();
}
