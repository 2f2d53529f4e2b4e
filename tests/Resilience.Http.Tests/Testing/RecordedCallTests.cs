using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class RecordedCallTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recorded_call_has_its_attempts_waits_and_outcome(bool async)
    {
        await using var provider = Client(
            s => s.Fail(1, 503).Slow(3 * Second, HttpStatusCode.BadGateway).Then(200), out var server, out var client);
        _clock.Advance(Second);

        using var response = await SendAsync(client, async);

        server.LastCall
            .ShouldEndWith(HttpStatusCode.OK)
            .ShouldHaveAttempts(3)
            .ShouldHaveDelays(Second, Second)
            .ShouldHaveDelaysBetween((Second, Second), (TimeSpan.Zero, 2 * Second))
            .ShouldHaveTaken(5 * Second)
            .ShouldHaveTakenBetween(4 * Second, 6 * Second)
            .ShouldNotBeAnsweredByFallback();
        Assert.Equal(server.Requests, server.LastCall.Attempts);
        Assert.Equal(Second, server.LastCall.Time);
    }

    [Fact]
    public async Task A_failed_assertion_shows_the_timeline()
    {
        await using var provider = Client(s => s.Fail(1, 503).Slow(3 * Second).Always(), out var server, out var client);
        using var response = await SendAsync(client, async: true);

        var error = Assert.Throws<ResilienceAssertionException>(() => server.LastCall.ShouldHaveAttempts(4));

        Assert.Equal(
            """
            The call should reach the server 4 time(s). Actual: 2.
            GET https://payments.internal/orders, began at +0 s, took 4 s: 200 OK
              +0 s GET https://payments.internal/orders -> 503 ServiceUnavailable
              +1 s GET https://payments.internal/orders -> 200 OK after 3 s, took 3 s, after a wait of 1 s
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
    }

    private static readonly Dictionary<string, Action<RecordedCall>> WrongExpectations = new()
    {
        ["The call should end with 404 NotFound. Actual: 200 OK."] = call => call.ShouldEndWith(HttpStatusCode.NotFound),
        ["The call should end with a TaskCanceledException. Actual: 200 OK."] = call => call.ShouldEndWith<TaskCanceledException>(),
        ["The call should wait nothing between its attempts. Actual: 1 s."] = call => call.ShouldHaveDelays(),
        ["The call should wait 1 s, 2 s between its attempts. Actual: 1 s."] = call => call.ShouldHaveDelays(Second, 2 * Second),
        ["The call should wait 2 s to 3 s between its attempts. Actual: 1 s."] = call =>
            call.ShouldHaveDelaysBetween((2 * Second, 3 * Second)),
        ["The call should take 2 s. Actual: 1 s."] = call => call.ShouldHaveTaken(2 * Second),
        ["The call should take 2 s to 3 s. Actual: 1 s."] = call => call.ShouldHaveTakenBetween(2 * Second, 3 * Second),
        ["The call should be answered by the stale fallback. Actual: by none."] = call => call.ShouldBeAnsweredByFallback("stale"),
    };

    public static TheoryData<string> Messages => [.. WrongExpectations.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Each_assertion_fails_if_it_does_not_hold(string message)
    {
        await using var provider = Client(s => s.Fail(1, 503).Then(200), out var server, out var client);
        using var response = await SendAsync(client, async: true);

        var error = Assert.Throws<ResilienceAssertionException>(() => WrongExpectations[message](server.LastCall));

        Assert.StartsWith(message + Environment.NewLine, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fallback_that_answered_is_read_from_the_response()
    {
        using var server = new ScriptedServer(s => s.Fail(1, 503), _clock);
        using var handler = ResilientHttpHandler.Create(
            "payments",
            new() { Retry = { Enabled = false }, Fallback = { StatusCode = HttpStatusCode.OK, Content = "[]" } },
            server,
            _clock);
        using var client = new HttpClient(server.RecordCalls(handler));

        using var response = await _clock.RunAsync(() => client.GetAsync("https://payments.internal/"));

        server.LastCall.ShouldEndWith(HttpStatusCode.OK).ShouldBeAnsweredByFallback("default").ShouldHaveAttempts(1);
        Assert.Throws<ResilienceAssertionException>(() => server.LastCall.ShouldNotBeAnsweredByFallback());
        Assert.Contains("(fallback: default)", server.LastCall.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_call_keeps_its_exception_and_describes_how_its_attempt_ended()
    {
        await using var provider = Client(s => s.Hang().Always(), out var server, out var client);
        using var limit = new CancellationTokenSource(2 * Second, _clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _clock.RunAsync(() => client.GetAsync("orders", limit.Token)));

        server.LastCall.ShouldEndWith<TaskCanceledException>().ShouldHaveTaken(2 * Second).ShouldHaveAttempts(1);
        Assert.Contains("-> hangs, cancelled, took 2 s", server.LastCall.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_run_at_the_same_time_keep_their_attempts_apart()
    {
        await using var provider = Client(
            s => s.When("/a", a => a.Fail(2, 503).Then(200)).When("/b", b => b.Slow(1.5 * Second).Always()),
            out var server,
            out var client);

        await _clock.RunAsync(() => Task.WhenAll(client.GetAsync("a"), client.GetAsync("b")));

        Assert.Equal([3, 1], server.Calls.Select(call => call.ShouldEndWith(HttpStatusCode.OK).Attempts.Count));
        server.Calls[0].ShouldHaveDelays(Second, Second);
    }

    [Fact]
    public async Task A_call_that_is_still_running_is_described_as_such()
    {
        await using var provider = Client(s => s.Hang(), out var server, out var client);
        using var stop = new CancellationTokenSource();
        var call = client.GetAsync("orders", stop.Token);
        Assert.Contains("still running", server.LastCall.ToString(), StringComparison.Ordinal);
        Assert.Null(server.LastCall.Attempts[0].Ended);
        Assert.Throws<ResilienceAssertionException>(() => server.LastCall.ShouldHaveTaken(TimeSpan.Zero));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void Without_a_call_LastCall_throws() =>
        Assert.Contains(
            "No call to payments",
            Assert.Throws<InvalidOperationException>(() => new ScriptedServer(s => s.Then(200), name: "payments").LastCall).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_synchronous_call_leaves_nothing_behind_in_its_caller()
    {
        await using var provider = Client(s => s.Always(200), out var server, out var client);
        using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, "orders"));
        using var direct = new HttpMessageInvoker(server);
        using var other = direct.Send(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/"), CancellationToken.None);
        Assert.Single(server.LastCall.Attempts);
    }

    private ServiceProvider Client(Action<ServerScript> script, out ScriptedServer server, out HttpClient client)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddHttpClient("payments", http => http.BaseAddress = new Uri("https://payments.internal/"))
            .AddHttpMessageHandler(() => new EverySecondHandler(_clock));
        server = services.UseScriptedServer("payments", script);
        var provider = services.BuildServiceProvider();
        client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        return provider;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, bool async) => async
        ? await _clock.RunAsync(() => client.GetAsync("orders"))
        : _clock.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "orders")));

    /// <summary>Repeats failures after a second, so that these tests stand apart from the chain.</summary>
    private sealed class EverySecondHandler(TimeProvider clock) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            while (true)
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                await Task.Delay(Second, clock, cancellationToken);
            }
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            while (true)
            {
                var response = base.Send(request, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                Task.Delay(Second, clock, cancellationToken).Wait(cancellationToken);
            }
        }
    }
}
