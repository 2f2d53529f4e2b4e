using System.Net;

namespace Resilience.Http.Tests.Chaos.Faults;

/// <summary>What each fault does to a call.</summary>
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
    public async Task A_reset_and_a_refusal_are_exceptions_with_a_mark_in_their_data(bool synchronous)
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
}
