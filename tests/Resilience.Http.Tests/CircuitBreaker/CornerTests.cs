using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>The corners in which circuit breakers go wrong, each seen by a caller: through the whole chain, or through an app.</summary>
public sealed class CornerTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_caller_cancelled_trial_closes_nothing()
    {
        using var client = Client(script => script.Fail(5, 503).Hang().Always(503), options => options.HalfOpenMaxCalls = 1);
        await Send(client, times: 5);
        _clock.Advance(Break);
        using var caller = new CancellationTokenSource();

        var trial = client.Http.GetAsync("/", caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial);
        Assert.Equal(CircuitState.HalfOpen, State(client));

        await Send(client, times: 1);
        Assert.Equal(CircuitState.Open, State(client));
    }

    [Fact]
    public async Task A_hung_trial_does_not_block_calls_forever()
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(
            script => script.Fail(5, 503).Then((_, _) => never.Task).Always(200), options => options.HalfOpenMaxCalls = 1);
        await Send(client, times: 5);
        _clock.Advance(Break);

        _ = client.Http.GetAsync("/"); // An inner handler that heeds no token.
        _clock.Advance(Break);
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        // Its lease: AttemptTimeout, as long again in the queue, and a second. A break follows.
        _clock.Advance(TimeSpan.FromSeconds(21) + TimeSpan.FromTicks(1));

        Assert.Equal(HttpStatusCode.OK, (await client.Http.GetAsync("/")).StatusCode);
        Assert.Equal(CircuitState.Closed, State(client));
    }

    [Fact]
    public async Task Connect_timeouts_of_one_burst_each_count()
    {
        var connects = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(
            script => script.Fail(20, 200).Then((_, _) => connects.Task).Always(), options => options.FailureRatio = 0);
        await Send(client, times: 20);
        var calls = Enumerable.Range(0, 5).Select(_ => client.Http.GetAsync("/")).ToArray();

        connects.SetException(new TaskCanceledException("connect", new TimeoutException("ConnectTimeout")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(calls));

        Assert.Equal(CircuitState.Open, State(client));
    }

    [Fact]
    public async Task A_listener_of_metrics_that_throws_keeps_no_permit()
    {
        await using var container = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name == "resilience.http.timeouts"
                && ReferenceEquals(instrument.Meter.Scope, container.GetRequiredService<IMeterFactory>()))
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("the exporter is full"));
        listener.Start();
        using var client = new ChainClient(
            new ScriptedServer(script => script.Hang().Always(), _clock),
            options => options.Retry.Enabled = false,
            _clock,
            meters: container.GetRequiredService<IMeterFactory>());

        await Assert.ThrowsAsync<InvalidOperationException>(() => _clock.RunAsync(() => client.Http.GetAsync("/")));

        Assert.Equal(0, Assert.Single(ServiceCircuits.GetOrCreate(client.Service).Current()).InFlight);
    }

    [Fact]
    public async Task An_exception_that_has_no_message_keeps_no_permit()
    {
        using var client = new ChainClient(
            new ScriptedServer(script => script.Then((_, _) => throw new MuteException()).Always(), _clock),
            options => (options.Retry.Enabled, options.ClassifyOutcome) = (false, _ => AttemptVerdict.Failure),
            _clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Http.GetAsync("/"));

        Assert.Equal(0, Assert.Single(ServiceCircuits.GetOrCreate(client.Service).Current()).InFlight);
    }

    [Fact]
    public async Task A_success_that_began_before_the_break_does_not_close_the_circuit()
    {
        var slow = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(script => script.Then((_, _) => slow.Task).Always(503), options => options.HalfOpenMaxCalls = 1);
        var early = client.Http.GetAsync("/");
        await Send(client, times: 5);
        _clock.Advance(Break);

        slow.SetResult(new(HttpStatusCode.OK));

        Assert.Equal(HttpStatusCode.OK, (await early).StatusCode);
        Assert.Equal(CircuitState.HalfOpen, State(client));
    }

    [Fact]
    public async Task A_late_failure_does_not_prolong_the_break()
    {
        var slow = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(script => script.Then((_, _) => slow.Task).Fail(5, 503).Always(200));
        var early = client.Http.GetAsync("/");
        await Send(client, times: 5);
        _clock.Advance(Break / 2);

        slow.SetResult(new(HttpStatusCode.ServiceUnavailable));
        await early;
        _clock.Advance(Break / 2);

        Assert.Equal(HttpStatusCode.OK, (await client.Http.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_half_open_circuit_sends_three_of_a_hundred_parallel_calls_and_refuses_97()
    {
        var answers = new TaskCompletionSource<HttpResponseMessage>();
        using var server = new ScriptedServer(
            script => script.Fail(5, 503).Then(async (_, _) => new((await answers.Task).StatusCode)).Always(), _clock);
        using var client = Client(server);
        await Send(client, times: 5);
        _clock.Advance(Break);

        var calls = Enumerable.Range(0, 100).Select(_ => Task.Run(() => client.Http.GetAsync("/"))).ToArray();
        var refused = 0;
        await foreach (var call in Task.WhenEach(calls))
        {
            if (call.Exception?.InnerException is CircuitOpenException && ++refused == 97)
            {
                answers.SetResult(new(HttpStatusCode.OK)); // Only now, so that no trial makes room for another.
            }
        }

        Assert.Equal((97, 5 + 3), (refused, server.Requests.Count));
        Assert.Equal(CircuitState.Closed, State(client));
    }

    [Fact]
    public async Task Six_timeouts_at_once_with_a_threshold_of_five_are_one_transition()
    {
        var answers = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(script => script.Then(async (_, _) => new((await answers.Task).StatusCode)).Always());
        var transitions = 0;
        using var told = new CountdownEvent(1);
        CircuitRegistry.GetOrCreate(client.Service.Host).Transitioned += _ =>
        {
            Interlocked.Increment(ref transitions);
            told.Signal();
        };

        var calls = Enumerable.Range(0, 6).Select(_ => client.Http.GetAsync("/")).ToArray();
        answers.SetException(new TaskCanceledException("connect", new TimeoutException("ConnectTimeout")));
        await Task.WhenAll(calls.Select(call => Record.ExceptionAsync(() => call).AsTask()));

        Assert.True(await Task.Run(() => told.Wait(TimeSpan.FromSeconds(30))));
        Assert.Equal(1, transitions);
    }

    [Fact]
    public async Task An_isolated_circuit_ignores_trials_that_end_later()
    {
        var slow = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(script => script.Fail(5, 503).Then((_, _) => slow.Task), options => options.HalfOpenMaxCalls = 1);
        await Send(client, times: 5);
        _clock.Advance(Break);
        var trial = client.Http.GetAsync("/");

        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance");
        slow.SetResult(new(HttpStatusCode.OK));
        await trial;

        Assert.Equal(CircuitState.Isolated, State(client));
    }

    [Fact]
    public async Task The_wall_clock_jumps_and_there_is_no_early_trial()
    {
        using var client = Client(script => script.Always(503));
        await Send(client, times: 5);

        _clock.JumpWallClock(TimeSpan.FromDays(1));
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        _clock.JumpWallClock(TimeSpan.FromDays(-2));
        _clock.Advance(Break - TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        _clock.Advance(TimeSpan.FromTicks(1));

        await Send(client, times: 1);
    }

    [Fact]
    public async Task A_hung_service_opens_the_circuit_by_attempt_timeouts()
    {
        using var client = Client(script => script.Hang().Always(), total: TimeSpan.FromSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(50), await TimeToOpen(() => client.Http.GetAsync("/")));
    }

    [Fact]
    public async Task Calls_that_all_have_a_short_total_timeout_of_their_own_open_the_circuit_too()
    {
        using var client = Client(script => script.Hang().Always(), total: TimeSpan.FromSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(5), await TimeToOpen(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/").WithTotalTimeout(TimeSpan.FromSeconds(1));
            return await client.Http.SendAsync(request);
        }));
    }

    [Fact]
    public async Task A_timeout_set_on_the_HttpClient_alone_opens_the_circuit_too()
    {
        using var server = new ScriptedServer(script => script.Hang().Always(), _clock);
        using var app = App(
            server, "payments", builder => builder.ConfigureHttpClient(static client => client.Timeout = TimeSpan.FromSeconds(5)));
        using var client = app.Client("payments");

        Assert.Equal(5 * TimeSpan.FromSeconds(4.95), await TimeToOpen(() => client.GetAsync("https://payments.internal/")));
    }

    [Fact]
    public async Task The_state_survives_handler_rotation()
    {
        using var server = new ScriptedServer(script => script.Always(503), _clock);
        using var app = App(server, "payments");
        using var client = app.Client("payments");
        await FailAsync(client, times: 5);

        // The factory builds new handlers every two minutes of the machine's clock. Another one over the same container does so at once.
        var factory = app.Services.GetRequiredService<IHttpClientFactory>();
        var later = ActivatorUtilities.CreateInstance(app.Services, factory.GetType());
        Assert.NotSame(
            ((IHttpMessageHandlerFactory)factory).CreateHandler("payments"), ((IHttpMessageHandlerFactory)later).CreateHandler("payments"));

        using var rotated = ((IHttpClientFactory)later).CreateClient("payments");
        await Assert.ThrowsAsync<CircuitOpenException>(() => rotated.GetAsync("https://payments.internal/"));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Each_client_under_the_factorys_defaults_has_circuits_of_its_own()
    {
        using var server = new ScriptedServer(script => script.Always(503), _clock);
        using var app = TestApp.With("{}", services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.ConfigureHttpClientDefaults(builder => builder
                .AddResilience(options => options.Retry.Enabled = false)
                .ConfigurePrimaryHttpMessageHandler(() => server));
            services.AddHttpClient("orders");
            services.AddHttpClient("stock");
        });
        using var orders = app.Client("orders");
        using var stock = app.Client("stock");

        await FailAsync(orders, times: 5);
        await FailAsync(stock, times: 4);

        Assert.Equal(
            ["orders https://payments.internal Open", "stock https://payments.internal Closed"],
            app.Services.GetRequiredService<ICircuitRegistry>()
                .GetAll()
                .Select(circuit => $"{circuit.ServiceName} {circuit.Authority} {circuit.State}"));
    }

    [Fact]
    public async Task A_reload_keeps_the_state_and_applies_the_new_settings()
    {
        using var file = new SettingsFile(Settings("""{ "RecoveryTimeout": "30s" }"""));
        using var server = new ScriptedServer(script => script.Fail(4, 503).Fail(1, 503).Always(200), _clock);
        using var app = TestApp.With(file.AddTo, services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => server);
        });
        await app.StartAsync();
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();
        using var client = app.Client("payments");
        await FailAsync(client, times: 4);

        file.Edit(Settings("""{ "FailureThreshold": 10, "RecoveryTimeout": "5s" }"""));
        Assert.Equal(4, circuits.Find("payments")!.ConsecutiveFailures);
        file.Edit(Settings("""{ "FailureThreshold": 5, "RecoveryTimeout": "5s", "HalfOpenMaxCalls": 1 }"""));
        await FailAsync(client, times: 1);
        Assert.Equal(CircuitState.Open, circuits.Find("payments")!.State);
        file.Edit(Settings("""{ "FailureThreshold": 7, "HalfOpenMaxCalls": 1 }"""));
        Assert.Equal(CircuitState.Open, circuits.Find("payments")!.State);

        _clock.Advance(circuits.Find("payments")!.RetryAfter!.Value);
        await FailAsync(client, times: 1);
        Assert.Equal(CircuitState.Closed, circuits.Find("payments")!.State);
    }

    private static string Settings(string breaker) => TestApp.Clients(
        $$"""{ "payments": { "BaseAddress": "https://payments.internal/", "Retry": { "Enabled": false }, "CircuitBreaker": {{breaker}} } }""");

    private static CircuitState State(ChainClient client) => CircuitRegistry.GetOrCreate(client.Service.Host).Find("payments")!.State;

    private static Task Send(ChainClient client, int times) => FailAsync(client.Http, times);

    private static async Task FailAsync(HttpClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await client.GetAsync("https://payments.internal/");
        }
    }

    /// <summary>Calls one after the other until the circuit refuses; how long that took.</summary>
    private async Task<TimeSpan> TimeToOpen(Func<Task<HttpResponseMessage>> call)
    {
        var start = _clock.Elapsed;
        for (var i = 0; i < 100; i++)
        {
            if (await Record.ExceptionAsync(() => _clock.RunAsync(call)) is CircuitOpenException)
            {
                return _clock.Elapsed - start;
            }
        }

        throw new Xunit.Sdk.XunitException("A hundred calls did not open it.");
    }

    private TestApp App(ScriptedServer server, string name, Action<IHttpClientBuilder>? configure = null) => TestApp.With("{}", services =>
    {
        services.AddSingleton<TimeProvider>(_clock);
        var builder = services
            .AddResilientHttpClient(name, options => options.Retry.Enabled = false)
            .ConfigurePrimaryHttpMessageHandler(() => server);
        configure?.Invoke(builder);
    });

    private ChainClient Client(Action<ServerScript> script, Action<HttpCircuitBreakerOptions>? configure = null, TimeSpan? total = null) =>
        Client(new ScriptedServer(script, _clock), configure, total);

    private ChainClient Client(ScriptedServer server, Action<HttpCircuitBreakerOptions>? configure = null, TimeSpan? total = null) => new(
        server,
        options =>
        {
            options.Retry.Enabled = false;
            options.TotalTimeout = total ?? TimeSpan.FromHours(1);
            configure?.Invoke(options.CircuitBreaker);
        },
        _clock,
        chance: () => 0);

    private sealed class MuteException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }
}
