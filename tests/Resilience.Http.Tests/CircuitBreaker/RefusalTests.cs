using System.Diagnostics;
using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What a caller gets of a circuit that lets nothing through.</summary>
public sealed class RefusalTests
{
    private readonly VirtualTimeProvider _clock = new(new(2030, 1, 1, 12, 1, 7, TimeSpan.Zero));

    [Fact]
    public async Task The_exception_says_what_happened_to_whom_since_when_and_what_to_do()
    {
        using var client = await OpenClient();

        _clock.Advance(TimeSpan.FromSeconds(22));
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));

        Assert.Equal(
            "payments (https://payments.internal) has been open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; " +
            "next trial in 8 s",
            refusal.Message);
        Assert.Equal(
            ("payments", "https://payments.internal", CircuitState.Open, TimeSpan.FromSeconds(8), "503 ServiceUnavailable"),
            (refusal.ServiceName, refusal.Authority, refusal.State, refusal.RetryAfter, refusal.LastFailure));
    }

    [Theory]
    [InlineData(29.9999, "next trial in 1 ms")]
    [InlineData(29.5, "next trial in 500 ms")]
    [InlineData(28.5, "next trial in 2 s")]
    public async Task A_wait_is_rounded_up(double passed, string wayOut)
    {
        using var client = await OpenClient();

        _clock.Advance(TimeSpan.FromSeconds(passed));

        Assert.EndsWith(
            wayOut, (await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("payments moves house")]
    [InlineData("payments moves house.")]
    public async Task A_refusal_by_an_isolation_states_its_reason_and_since_which_day(string reason)
    {
        using var client = Client(script => script.Always(200));
        Registry(client).Isolate("payments", reason);

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        Assert.Equal(
            "payments (https://payments.internal) has been isolated since 12:01:07: payments moves house; until it is reset " +
            "(ICircuitRegistry.Reset)", refusal.Message);
        Assert.Null(refusal.RetryAfter);

        _clock.Advance(TimeSpan.FromDays(2));
        refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        Assert.Contains("has been isolated since 2030-01-01 12:01:07: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_a_full_half_open_circuit_names_the_trial_in_flight()
    {
        using var client = await OpenClient(options => options.HalfOpenMaxCalls = 1, script => script.Fail(5, 503).Hang());
        _clock.Advance(TimeSpan.FromSeconds(30));
        using var caller = new CancellationTokenSource();
        var trial = client.Http.GetAsync("/", caller.Token);

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));

        Assert.Equal(
            "payments (https://payments.internal) has been half_open since 12:01:37: the break has ended and one trial is in flight; " +
            "decided in 30 s at the latest",
            refusal.Message);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial);
    }

    [Fact]
    public async Task One_circuit_for_the_whole_service_names_no_authority()
    {
        using var client = await OpenClient(options => options.Scope = HttpCircuitBreakerScope.Service);

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("https://elsewhere.internal/"));

        Assert.StartsWith("payments has been open since 12:01:07: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("*", refusal.Authority);
    }

    [Fact]
    public async Task Code_that_catches_HttpRequestException_keeps_working()
    {
        using var client = await OpenClient();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.Http.GetStringAsync("/"));
    }

    [Fact]
    public async Task Repeated_refusals_do_not_grow_a_stack_trace()
    {
        using var client = await OpenClient();
        List<CircuitOpenException> refusals = [];

        for (var i = 0; i < 100; i++)
        {
            refusals.Add(await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/")));
        }

        Assert.Equal(100, refusals.Distinct().Count());
        Assert.Equal(refusals[0].StackTrace!.Length, refusals[99].StackTrace!.Length);
    }

    [Fact]
    public async Task With_respond_a_refusal_is_a_503_with_retry_after_and_a_header_of_its_own()
    {
        using var client = await OpenClient(options => options.Rejection = HttpRejection.Respond);
        _clock.Advance(TimeSpan.FromSeconds(21.5));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        using var response = await client.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(9), response.Headers.RetryAfter?.Delta);
        Assert.Equal(["open"], response.Headers.GetValues("Resilience-Rejected"));
        Assert.Same(request, response.RequestMessage);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public void With_respond_a_synchronous_call_gets_the_503_too()
    {
        using var client = Client(script => script.Always(200), options => options.Rejection = HttpRejection.Respond);
        Registry(client).Isolate("payments", "maintenance");

        using var response = client.Http.Send(new(HttpMethod.Get, "/"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["isolated"], response.Headers.GetValues("Resilience-Rejected"));
        Assert.Null(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(HttpRejection.Throw)]
    [InlineData(HttpRejection.Respond)]
    public async Task A_refusal_is_not_repeated_and_not_a_failure_of_the_service(HttpRejection rejection)
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var client = new ChainClient(server, options => options.CircuitBreaker.Rejection = rejection, _clock);
        Registry(client).Isolate("payments", "maintenance", TimeSpan.FromSeconds(10));

        var call = client.Http.GetAsync("/");

        Assert.True(call.IsCompleted);
        await Record.ExceptionAsync(() => call);
        Assert.Equal((0, 0L), (server.Requests.Count, Registry(client).Find("payments")!.Throughput));
    }

    [Fact]
    public async Task A_call_whose_circuit_opens_while_it_waits_gets_the_refusal_with_the_last_failure()
    {
        using var client = Client(script => script.Always(503), retry: true, chance: 0.5);
        await _clock.RunAsync(async () =>
        {
            var calls = Enumerable.Range(0, 5).Select(_ => client.Http.GetAsync("/")).ToArray();
            var outcomes = await Task.WhenAll(
                calls.Select(async call => (await Record.ExceptionAsync(() => call)) as CircuitOpenException));

            Assert.Equal(4, outcomes.Count(refusal => refusal?.LastFailure == "503 ServiceUnavailable"));
        });
    }

    [Fact]
    public async Task The_call_that_opens_the_circuit_gets_its_own_outcome()
    {
        using var server = new ScriptedServer(script => script.Always(503), _clock);
        using var client = new ChainClient(server, options => options.CircuitBreaker.FailureThreshold = 1, _clock);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.Http.GetAsync("/")).StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_span_of_the_call_records_the_refusal()
    {
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Resilience.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var client = Client(script => script.Always(200), name: nameof(The_span_of_the_call_records_the_refusal));
        Registry(client).Isolate(client.Service.Name, "maintenance");

        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));

        Activity span;
        lock (spans)
        {
            span = Assert.Single(spans, span => span.GetTagItem("resilience.service.name") as string == client.Service.Name);
        }

        var rejected = Assert.Single(span.Events);
        Assert.Equal("resilience.circuit.rejected", rejected.Name);
        Assert.Equal(
            [
                ("resilience.authority", "https://payments.internal"),
                ("resilience.circuit.mode", "throw"),
                ("resilience.circuit.state", "isolated"),
                ("resilience.reason", "maintenance")
            ],
            rejected.Tags.Select(tag => (tag.Key, (string)tag.Value!)).Order());
    }

    private static CircuitRegistry Registry(ChainClient client) => CircuitRegistry.GetOrCreate(client.Service.Host);

    private async Task<ChainClient> OpenClient(Action<HttpCircuitBreakerOptions>? configure = null, Action<ServerScript>? script = null)
    {
        var client = Client(script ?? (static script => script.Always(503)), configure);
        for (var i = 0; i < 5; i++)
        {
            await client.Http.GetAsync("/");
        }

        return client;
    }

    private ChainClient Client(
        Action<ServerScript> script,
        Action<HttpCircuitBreakerOptions>? configure = null,
        bool retry = false,
        double chance = 0,
        string name = "payments") => new(
        new ScriptedServer(script, _clock),
        options =>
        {
            options.Retry.Enabled = retry;
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(30);
            configure?.Invoke(options.CircuitBreaker);
        },
        _clock,
        chance: () => chance,
        name: name);
}
