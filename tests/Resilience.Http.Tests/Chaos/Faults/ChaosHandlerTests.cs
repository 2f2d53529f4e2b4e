using System.Net;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class ChaosHandlerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Latency_is_waited_for_on_the_clock_and_marked(bool synchronous)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Latency = new() { Min = TimeSpan.FromSeconds(2), Percentage = 100 } });

        using var response = await bench.GetAsync(synchronous);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), bench.Clock.Elapsed);
        Assert.Equal(["latency"], response.Headers.GetValues("Resilience-Chaos"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Latency_ends_when_the_call_is_cancelled(bool synchronous)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Latency = new() { Min = TimeSpan.FromHours(1), Percentage = 100 } });
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(3), bench.Clock);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => bench.GetAsync(synchronous, cancel.Token));

        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(3), bench.Clock.Elapsed);
        Assert.Empty(bench.Server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_status_is_answered_without_sending(bool synchronous)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { StatusCode = HttpStatusCode.ServiceUnavailable, Percentage = 100 } });

        using var response = await bench.GetAsync(synchronous);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["abort"], response.Headers.GetValues("Resilience-Chaos"));
        Assert.NotNull(response.RequestMessage);
        Assert.Empty(bench.Server.Requests);
    }

    [Fact]
    public async Task Every_aborted_call_gets_a_response_of_its_own()
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { StatusCode = HttpStatusCode.ServiceUnavailable, Percentage = 100 } });

        var first = await bench.GetAsync();
        first.Dispose();
        using var second = await bench.GetAsync();

        Assert.NotSame(first, second);
        Assert.Equal("", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["abort"], second.Headers.GetValues("Resilience-Chaos"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_and_a_refusal_come_as_exceptions_that_are_marked_inside(bool synchronous)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { Reset = true, Percentage = 100 } });
        var reset = await Assert.ThrowsAsync<HttpRequestException>(() => bench.GetAsync(synchronous));
        bench.Use(new() { Abort = new() { ConnectionRefused = true, Percentage = 100 } });
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => bench.GetAsync(synchronous));

        Assert.Equal((HttpRequestError.Unknown, "reset"), (reset.HttpRequestError, reset.Data["resilience.chaos"]));
        Assert.Equal(
            (HttpRequestError.ConnectionError, "connection refused"), (refused.HttpRequestError, refused.Data["resilience.chaos"]));
        Assert.EndsWith("(payments.test:80)", refused.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hang_lasts_until_the_call_is_cancelled(bool synchronous)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { Hang = true, Percentage = 100 } });
        using var cancel = new CancellationTokenSource(TimeSpan.FromHours(5), bench.Clock);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => bench.GetAsync(synchronous, cancel.Token));

        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(TimeSpan.FromHours(5), bench.Clock.Elapsed);
    }

    [Fact]
    public async Task A_call_may_be_slow_and_then_fail()
    {
        using var bench = new InjectionFixture();
        bench.Use(new()
        {
            Latency = new() { Min = TimeSpan.FromSeconds(1), Percentage = 100 },
            Abort = new() { StatusCode = HttpStatusCode.BadGateway, Percentage = 100 },
            SlowBody = new() { BytesPerSecond = 1, Percentage = 100 },
        });

        using var response = await bench.GetAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["latency", "abort"], response.Headers.GetValues("Resilience-Chaos"));
        Assert.Equal(TimeSpan.FromSeconds(1), bench.Clock.Elapsed);
    }

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
    public async Task A_closed_gate_of_the_clock_lets_the_call_through()
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
    public async Task A_place_is_given_back_however_the_call_ends(string end)
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
    public async Task Of_two_edits_at_once_the_one_that_was_read_later_stays()
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
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_injected_answer_has_the_version_that_was_asked_for_and_no_body(string version)
    {
        using var bench = new InjectionFixture();
        bench.Use(new() { Abort = new() { StatusCode = HttpStatusCode.BadGateway, Percentage = 100 } });
        using var request = new HttpRequestMessage(HttpMethod.Head, "charges") { Version = Version.Parse(version) };

        using var response = await bench.Clock.RunAsync(() => bench.Client.SendAsync(request));

        Assert.Equal(request.Version, response.Version);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("ChaosHandler")]
    [InlineData("CallWatchHandler")]
    [InlineData("SendWatchHandler")]
    public async Task Off_costs_no_allocation(string handler)
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
