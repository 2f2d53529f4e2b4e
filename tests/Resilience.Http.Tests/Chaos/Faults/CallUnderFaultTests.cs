using System.Net;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Tests.Chaos.Faults;

/// <summary>Which calls are under a fault, how many at once, and what the others cost.</summary>
public sealed class CallUnderFaultTests
{
    [Fact]
    public async Task A_request_that_does_not_match_is_left_alone()
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { Reset = true, Percentage = 100 }, Match = new() { PathPrefix = "/refunds" } });

        using var response = await bench.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task A_call_after_the_end_of_the_injection_period_gets_through()
    {
        using var bench = new InjectionFixture();
        bench.Use(
            new() { Abort = new() { Reset = true, Percentage = 100 } },
            options => options.Until = bench.Clock.Start + TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<HttpRequestException>(() => bench.GetAsync());
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        using var response = await bench.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_dry_run_injects_nothing()
    {
        using var bench = new InjectionFixture();
        bench.Use(
            new() { Latency = new() { Min = TimeSpan.FromSeconds(1), Percentage = 100 }, Abort = new() { Reset = true, Percentage = 100 } },
            options => options.DryRun = true);

        using var response = await bench.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.Zero, bench.Clock.Elapsed);
        Assert.False(response.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task No_more_calls_than_allowed_are_under_a_fault_at_once()
    {
        using var bench = new InjectionFixture();
        bench.Use(
            new() { Latency = new() { Min = TimeSpan.FromSeconds(1), Percentage = 100 } },
            options => options.MaxActiveFaults = 2);

        var responses = await bench.Clock.RunAsync(
            () => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bench.Client.GetAsync("charges"))));

        Assert.Equal(2, responses.Count(response => response.Headers.Contains("Resilience-Chaos")));
        using var later = await bench.GetAsync();
        Assert.True(later.Headers.Contains("Resilience-Chaos"));
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("cancelled")]
    [InlineData("failed below")]
    public async Task A_fault_slot_is_released_however_the_call_ends(string end)
    {
        using var bench = new InjectionFixture(script =>
        {
            _ = end == "failed below" ? script.Reset().Always(200) : script.Always(200);
        });
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1), bench.Clock);
        bench.Use(
            end switch
            {
                "reset" => new() { Abort = new() { Reset = true, Percentage = 100 } },
                "cancelled" => new() { Abort = new() { Hang = true, Percentage = 100 } },
                _ => new() { Latency = new() { Min = TimeSpan.FromMilliseconds(1), Percentage = 100 } },
            },
            options => options.MaxActiveFaults = 1);
        await Assert.ThrowsAnyAsync<Exception>(() => bench.GetAsync(cancel.Token));

        bench.Use(new() { Latency = new() { Min = TimeSpan.FromSeconds(1), Percentage = 100 } }, options => options.MaxActiveFaults = 1);
        using var next = await bench.GetAsync();

        Assert.True(next.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task The_concurrent_edit_that_was_read_later_stays_in_force()
    {
        using var bench = new InjectionFixture();
        var later = new HttpChaosOptions { Enabled = true };
        var earlier = new HttpChaosOptions { Enabled = true };
        earlier.Clients["payments"] = new() { Abort = new() { Reset = true, Percentage = 100 } };

        Assert.True(bench.State.TryUse(later, edition: 2));
        Assert.False(bench.State.TryUse(earlier, edition: 1));

        using var response = await bench.GetAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("ChaosHandler")]
    [InlineData("CallWatchHandler")]
    [InlineData("SendWatchHandler")]
    public async Task A_handler_that_is_off_allocates_nothing(string handler)
    {
        using var bench = new InjectionFixture();
        using var bare = new HttpMessageInvoker(new Answering());
        var unwatched = new WatchedClient("payments", bench.Clock);
        DelegatingHandler off = handler switch
        {
            "ChaosHandler" => new ChaosHandler(bench.State.Client("payments"), null!),
            "CallWatchHandler" => new CallWatchHandler(unwatched, bench.Clock),
            _ => new SendWatchHandler(unwatched),
        };
        off.InnerHandler = new Answering();
        using var client = new HttpMessageInvoker(off);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");

        var without = await AllocatedAsync(bare, request);
        var with = await AllocatedAsync(client, request);

        Assert.Equal(0, with - without);
    }

    private static async Task<long> AllocatedAsync(HttpMessageInvoker client, HttpRequestMessage request)
    {
        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(request, CancellationToken.None);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = client.SendAsync(request, CancellationToken.None); // completes at once, on this thread
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>
    /// Answers at once, always with the same task: what is allocated above it is not its. A ScriptedServer records, and so allocates.
    /// </summary>
    private sealed class Answering : HttpMessageHandler
    {
        private readonly Task<HttpResponseMessage> _answer = Task.FromResult(new HttpResponseMessage());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _answer;
    }
}
