using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Timeouts;

/// <summary>Clients in processes of their own that are behind: starved thread pools, suspended processes.</summary>
public sealed class ProcessBehindTests : IAsyncLifetime
{
    private WebApplication _app = null!;

    private string Address => _app.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.MapGet("/things", () => "ok");
        _app.MapGet("/hang/things", context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        _app.MapGet("/drip", context => DripAsync(context, pieces: 30));
        _app.MapGet("/silent/drip", async context =>
        {
            await DripAsync(context, pieces: 3);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Handlers_that_block_on_a_healthy_service_are_answered_and_open_no_circuit()
    {
        using var process = new ClientProcess("handlers", Address, "3", "90");

        var (answered, failed, _) = Figures(await process.LineAsync("answered"));

        Assert.InRange(answered, 0.95 * (answered + failed), 180);
        Assert.Empty(process.Lines("circuit Open"));
    }

    [Fact]
    public async Task Handlers_that_block_on_a_service_that_hangs_open_its_circuit_and_get_free()
    {
        using var process = new ClientProcess("handlers", $"{Address}/hang/", "1", "40");

        var opened = await process.LineAsync("circuit Open");
        Assert.InRange(double.Parse(opened.Split(' ', ':')[3], CultureInfo.InvariantCulture), 0, 25);

        var (answered, failed, blocked) = Figures(await process.LineAsync("answered"));
        Assert.Equal((0, 60, 0), (answered, failed, blocked));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_suspended_process_loses_no_body_that_kept_flowing(int seconds)
    {
        using var process = new ClientProcess("bodies", Address, "40");
        await process.LineAsync("reading");

        await process.SuspendAsync(TimeSpan.FromSeconds(seconds));

        Assert.Equal("whole 40 cut 0", await process.LineAsync("whole"));
    }

    [Theory]
    [InlineData("the stream's CopyTo")]
    [InlineData("an array")]
    [InlineData("a reader")]
    public async Task Blocking_readers_that_hold_the_whole_pool_read_on(string way)
    {
        using var process = new ClientProcess("blocking-reads", Address, "8", way);

        Assert.StartsWith("whole 8 timed out 0 other 0 left 0", await process.LineAsync("whole"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the stream's CopyTo")]
    [InlineData("the content's CopyTo")]
    [InlineData("HTTP/2")]
    public async Task Blocking_readers_that_hold_the_whole_pool_are_cut_at_their_limit(string way)
    {
        var address = way == "HTTP/2" ? _app.Urls.Last() : Address;
        using var process = new ClientProcess("blocking-reads", $"{address}/silent/", "8", way);

        Assert.StartsWith("whole 0 timed out 8 other 0 left 0", await process.LineAsync("whole"), StringComparison.Ordinal);
    }

    private static async Task DripAsync(HttpContext context, int pieces)
    {
        context.Response.ContentLength = 3_000;
        for (var i = 0; i < pieces; i++)
        {
            await context.Response.Body.WriteAsync(new byte[100]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(200);
        }
    }

    private static (int Answered, int Failed, int Blocked) Figures(string line)
    {
        var words = line.Split(' ');
        return (int.Parse(words[1]), int.Parse(words[3]), int.Parse(words[5]));
    }
}
