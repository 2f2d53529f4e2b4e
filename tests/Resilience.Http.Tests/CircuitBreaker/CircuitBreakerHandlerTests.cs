using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What the handler reports to the circuit: each permit goes back once, whatever becomes of the attempt.</summary>
public sealed class CircuitBreakerHandlerTests
{
    private static readonly HttpRequestException Refused = new(HttpRequestError.ConnectionError, "Connection refused");

    private readonly VirtualTimeProvider _clock = new();

    /// <summary>All ways in which an inner handler can end, and what the circuit makes of it.</summary>
    public static TheoryData<string, Func<CancellationTokenSource, Task<HttpResponseMessage>>, AttemptVerdict> Ends => new()
    {
        { "answers at once", _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)), AttemptVerdict.Success },
        { "answers later", _ => Later(() => new(HttpStatusCode.OK)), AttemptVerdict.Success },
        { "fails at once", _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway)), AttemptVerdict.Transient },
        { "fails later", _ => Later(() => new(HttpStatusCode.BadGateway)), AttemptVerdict.Transient },
        { "throws before it has a task", _ => throw Refused, AttemptVerdict.Transient },
        { "has a failed task", _ => Task.FromException<HttpResponseMessage>(Refused), AttemptVerdict.Transient },
        { "throws later", _ => Later(() => throw Refused), AttemptVerdict.Transient },
        { "fails in its own code", _ => Later(() => throw new InvalidOperationException("the body's fault")), AttemptVerdict.Ignored },
        { "sees the caller cancel before it has a task", caller =>
        {
            caller.Cancel();
            throw new OperationCanceledException(caller.Token);
        }, AttemptVerdict.Ignored },
        { "has a cancelled task", caller =>
        {
            caller.Cancel();
            return Task.FromCanceled<HttpResponseMessage>(caller.Token);
        }, AttemptVerdict.Ignored },
        { "sees the caller cancel later", caller =>
            Later(() => { caller.Cancel(); throw new OperationCanceledException(caller.Token); }), AttemptVerdict.Ignored },
        { "cannot connect in time", _ =>
            Later(
                () =>
                    throw new TaskCanceledException(
                        "connect", new TimeoutException(
                            "A connection could not be established within the configured ConnectTimeout."))), AttemptVerdict.Transient },
    };

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(408, false)]
    [InlineData(500, false)]
    [InlineData(502, false)]
    [InlineData(504, false)]
    [InlineData(529, false)]
    public async Task Only_the_Retry_After_of_a_429_or_a_503_is_the_length_of_the_break(int status, bool follows)
    {
        using var server = new ScriptedServer(script => script.Fail(30, status, retryAfter: TimeSpan.FromMinutes(2)), _clock);
        using var client = new ChainClient(server, static options => options.Retry.Enabled = false, _clock);

        while (Circuits(client) is not [{ State: CircuitState.Open }])
        {
            using var response = await client.Http.GetAsync("/");
        }

        var wait = Circuits(client)[0].RetryAfter!.Value;
        Assert.True(follows == wait >= TimeSpan.FromMinutes(2), $"{wait}");

        static IReadOnlyList<CircuitSnapshot> Circuits(ChainClient client) =>
            ServiceCircuits.GetOrCreate(client.Service).Snapshots();
    }

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task A_closed_circuit_gets_its_permit_back_once(
        string end, Func<CancellationTokenSource, Task<HttpResponseMessage>> inner, AttemptVerdict verdict)
    {
        using var client = Client(inner, out var caller);

        await Record.ExceptionAsync(() => client.Http.GetAsync("/", caller.Token));

        var (circuit, snapshot) = Circuit(client);
        Assert.True(circuit.InFlight == 0, end);
        Assert.Equal(verdict == AttemptVerdict.Ignored ? 0 : 1, snapshot.Throughput);
        Assert.Equal(verdict == AttemptVerdict.Transient ? 1 : 0, snapshot.FailureRatio);
    }

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task A_half_open_circuit_gets_its_trial_permit_back(
        string end, Func<CancellationTokenSource, Task<HttpResponseMessage>> inner, AttemptVerdict verdict)
    {
        using var client = Client(inner, out var caller, options => options.HalfOpenMaxCalls = 1);
        var (circuit, _) = Circuit(client);
        circuit.Isolate(new("for the test", default, BeganAt: 0, EndsAt: 0));
        Assert.Equal(CircuitState.HalfOpen, circuit.Snapshot().State);

        await Record.ExceptionAsync(() => client.Http.GetAsync("/", caller.Token));

        Assert.True(circuit.InFlight == 0, end);
        var expected = verdict switch
        {
            AttemptVerdict.Success =>
            CircuitState.Closed,
            AttemptVerdict.Ignored => CircuitState.HalfOpen,
            _ => CircuitState.Open
        };
        Assert.Equal((expected, null), (circuit.Snapshot().State, expected == CircuitState.Open ? null : circuit.Snapshot().RetryAfter));
    }

    [Fact]
    public void A_synchronous_call_reports_its_outcome_to_the_circuit_too()
    {
        using var server = new ScriptedServer(script => script.Fail(5, 503).Always(200), _clock);
        using var client = new ChainClient(server, NoRetry, _clock, chance: () => 0);

        for (var i = 0; i < 5; i++)
        {
            client.Http.Send(new(HttpMethod.Get, "/"));
        }

        Assert.Throws<CircuitOpenException>(() => client.Http.Send(new(HttpMethod.Get, "/")));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_custom_ClassifyOutcome_decides_what_counts_as_a_failure()
    {
        using var server = new ScriptedServer(script => script.Always(404), _clock);
        using var client = new ChainClient(
            server,
            options =>
            {
                NoRetry(options);
                options.ClassifyOutcome = static outcome =>
                    outcome.Response?.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Failure : null;
            },
            _clock);

        for (var i = 0; i < 5; i++)
        {
            await client.Http.GetAsync("/");
        }

        Assert.Equal("5 consecutive failures, last 404 NotFound", Circuit(client).Snapshot.Reason);
    }

    [Fact]
    public async Task A_ClassifyOutcome_that_throws_leaks_no_permit()
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var client = new ChainClient(
            server, options => options.ClassifyOutcome = static _ => throw new InvalidOperationException("a mistake"), _clock);

        await client.Http.GetAsync("/");

        Assert.Equal((0L, 1L), (Circuit(client).Circuit.InFlight, Circuit(client).Snapshot.Throughput));
    }

    [Fact]
    public async Task The_answer_is_passed_on_as_the_inner_handler_returned_it()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK);
        using var client = Client(_ => Task.FromResult(answer), out _);

        Assert.Same(answer, await client.Http.GetAsync("/", HttpCompletionOption.ResponseHeadersRead));
    }

    [Fact]
    public async Task The_circuit_of_a_call_is_that_of_its_address_before_inner_handlers_change_it()
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var client = new ChainClient(server, clock: _clock, inside: new Rewriting());

        await client.Http.GetAsync("/");

        Assert.Equal("10.1.2.3", Assert.Single(server.Requests).Uri?.Host);
        Assert.Equal("https://payments.internal", Circuit(client).Snapshot.Authority);
    }

    [Fact]
    public async Task Slow_calls_are_measured_to_the_headers_on_the_clock()
    {
        using var server = new ScriptedServer(script => script.Slow(TimeSpan.FromSeconds(3)).Then(200), _clock);
        using var client = new ChainClient(server, options => options.CircuitBreaker.SlowCallDuration = TimeSpan.FromSeconds(2), _clock);

        await _clock.RunAsync(() => client.Http.GetAsync("/"));
        await _clock.RunAsync(() => client.Http.GetAsync("/"));

        Assert.Equal(0.5, Circuit(client).Snapshot.SlowRatio);
    }

    [Fact]
    public async Task A_disabled_circuit_breaker_never_opens()
    {
        using var server = new ScriptedServer(script => script.Always(503), _clock);
        using var client = new ChainClient(
            server,
            options =>
            {
                NoRetry(options);
                options.CircuitBreaker.Enabled = false;
            },
            _clock);

        for (var i = 0; i < 10; i++)
        {
            await client.Http.GetAsync("/");
        }

        Assert.Equal(10, server.Requests.Count);
    }

    [Fact]
    public async Task A_request_without_an_absolute_uri_is_passed_to_the_inner_handler()
    {
        using var server = new ScriptedServer(script => script.Always(200), _clock);
        using var invoker = new HttpMessageInvoker(ResilientHttpHandler.Create("payments", new(), server, _clock));

        Assert.Equal(
            HttpStatusCode.OK, (await invoker.SendAsync(new(HttpMethod.Get, new Uri("/orders", UriKind.Relative)), default)).StatusCode);
    }

    private static void NoRetry(ResilientHttpClientOptions options) => options.Retry.Enabled = false;

    private static async Task<HttpResponseMessage> Later(Func<HttpResponseMessage> end)
    {
        await Task.Yield();
        return end();
    }

    private static (Circuit Circuit, CircuitSnapshot Snapshot) Circuit(ChainClient client)
    {
        var circuit = Assert.Single(ServiceCircuits.GetOrCreate(client.Service).Current());
        return (circuit, circuit.Snapshot());
    }

    private ChainClient Client(
        Func<CancellationTokenSource, Task<HttpResponseMessage>> inner,
        out CancellationTokenSource caller,
        Action<HttpCircuitBreakerOptions>? configure = null)
    {
        var source = caller = new CancellationTokenSource();
        var client = new ChainClient(
            new Inner(() => inner(source)),
            options =>
            {
                NoRetry(options);
                configure?.Invoke(options.CircuitBreaker);
            },
            _clock,
            chance: () => 0);
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new("https://payments.internal/"));
        return client;
    }

    /// <summary>Ends in every way there is, also before it has a task; a ScriptedServer has a task around every answer.</summary>
    private sealed class Inner(Func<Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer();
    }

    private sealed class Rewriting : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new("https://10.1.2.3/");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
