using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Instruments, logs and the text of the states.</summary>
public sealed class CircuitTelemetryTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceProvider _container = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordedLog _log = new();
    private readonly RecordedMetrics _metrics;

    public CircuitTelemetryTests() => _metrics = new(_container.GetRequiredService<IMeterFactory>());

    public static TheoryData<CircuitState, string> Texts => new()
    {
        { CircuitState.Closed, "closed" },
        { CircuitState.Open, "open" },
        { CircuitState.HalfOpen, "half_open" },
        { CircuitState.Isolated, "isolated" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_state_has_one_text_in_tags_and_in_json(CircuitState state, string text)
    {
        Assert.Equal(text, state.Text());
        Assert.Equal($"\"{text}\"", JsonSerializer.Serialize(state));
        Assert.Equal(state, JsonSerializer.Deserialize<CircuitState>($"\"{text}\""));
    }

    [Fact]
    public void No_state_is_left_without_a_text() => Assert.Equal(Enum.GetValues<CircuitState>(), Texts.Select(row => row.Data.Item1));

    [Fact]
    public async Task The_state_is_one_for_the_current_and_zero_for_the_others()
    {
        using var client = Client(script => script.Always(503));
        Assert.Empty(_metrics.Observe("circuit_breaker.state"));

        await FailAsync(client, times: 5);

        var measured = _metrics.Observe("circuit_breaker.state");
        Assert.Equal(
            [
                "payments https://payments.internal closed 0",
                "payments https://payments.internal half_open 0",
                "payments https://payments.internal isolated 0",
                "payments https://payments.internal open 1"
            ],
            measured
                .Select(
                    row => $"{row.Tags["resilience.service.name"]} {row.Tags["resilience.authority"]} " +
                        $"{row.Tags["resilience.circuit.state"]} {row.Value}")
                .Order());
        Assert.All(measured, row => Assert.Equal("{breaker}", row.Unit));

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            1, _metrics.Observe("circuit_breaker.state").Single(row => (string?)row.Tags["resilience.circuit.state"] == "half_open").Value);
    }

    [Fact]
    public async Task Failures_and_transitions_are_counted()
    {
        using var client = Client(script => script.Fail(7, 503).Always(200));

        await FailAsync(client, times: 5);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await FailAsync(client, times: 2);

        Assert.Equal(7, _metrics.Of("circuit_breaker.failures").Count);
        Assert.Equal(
            ["closed > open", "open > half_open", "half_open > open"],
            _metrics
                .Of("circuit_breaker.transitions")
                .Select(row => $"{row.Tags["resilience.circuit.from"]} > {row.Tags["resilience.circuit.to"]}"));
    }

    [Theory]
    [InlineData(HttpCircuitBreakerMode.Enforce, HttpRejection.Throw, "throw")]
    [InlineData(HttpCircuitBreakerMode.Enforce, HttpRejection.Respond, "respond")]
    [InlineData(HttpCircuitBreakerMode.Observe, HttpRejection.Throw, "observe")]
    [InlineData(HttpCircuitBreakerMode.Observe, HttpRejection.Respond, "observe")]
    public async Task Rejections_are_counted_by_their_result(
        HttpCircuitBreakerMode mode, HttpRejection rejection, string tag)
    {
        using var client = Client(script => script.Always(200), options => (options.Mode, options.Rejection) = (mode, rejection));
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance");

        await Record.ExceptionAsync(() => client.Http.GetAsync("/"));

        var row = Assert.Single(_metrics.Of("circuit_breaker.rejections"));
        Assert.Equal(
            ("payments", "https://payments.internal", "isolated", tag),
            (
                row.Tags["resilience.service.name"],
                row.Tags["resilience.authority"],
                row.Tags["resilience.circuit.state"],
                row.Tags["resilience.circuit.mode"]));
    }

    [Fact]
    public async Task An_outage_is_one_warning_and_its_end_one_information()
    {
        using var client = Client(script => script.Fail(7, 503).Always(200));

        await FailAsync(client, times: 5);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await FailAsync(client, times: 2);
        _clock.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 2; i++)
        {
            await client.Http.GetAsync("/");
        }

        Assert.Equal(
            [
                "Warning CircuitOpened: payments (https://payments.internal): the circuit opened, calls are refused: 5 consecutive " +
                    "failures, last 503 ServiceUnavailable; next trial in 5 s.",
                "Debug CircuitHalfOpened: payments (https://payments.internal): the circuit is half-open, trials are let through: the " +
                    "break has ended.",
                "Information CircuitReopened: payments (https://payments.internal): the circuit stays open: 2 of 3 trials failed, last " +
                    "503 ServiceUnavailable; next trial in 5 s.",
                "Debug CircuitHalfOpened: payments (https://payments.internal): the circuit is half-open, trials are let through: the " +
                    "break has ended.",
                "Information CircuitClosed: payments (https://payments.internal): the circuit closed: 2 of 3 trials succeeded.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task An_outage_found_by_a_trial_after_an_isolation_is_logged_as_new_too()
    {
        using var client = Client(script => script.Always(503));
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new("https://payments.internal"));
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "payments moves house", TimeSpan.FromMinutes(1));

        _clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(client, times: 2);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await FailAsync(client, times: 2);

        Assert.Equal(
            [
                "Information CircuitIsolated: payments (https://payments.internal): the circuit was isolated by hand, calls are refused: " +
                    "payments moves house; next trial in 60 s.",
                "Information IsolationEnded: payments (https://payments.internal): the isolation ended after 60 s, trials are let " +
                    "through: the isolation has ended.",
                "Warning CircuitOpened: payments (https://payments.internal): the circuit opened, calls are refused: 2 of 3 trials " +
                    "failed, last 503 ServiceUnavailable; next trial in 5 s.",
                "Debug CircuitHalfOpened: payments (https://payments.internal): the circuit is half-open, trials are let through: the " +
                    "break has ended.",
                "Information CircuitReopened: payments (https://payments.internal): the circuit stays open: 2 of 3 trials failed, last " +
                    "503 ServiceUnavailable; next trial in 5 s.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task An_outage_that_was_isolated_meanwhile_is_not_logged_as_new()
    {
        using var client = Client(script => script.Always(503));

        await FailAsync(client, times: 5);
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "payments moves house", TimeSpan.FromMinutes(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await FailAsync(client, times: 2);

        Assert.Equal(
            ["CircuitOpened", "CircuitIsolated", "IsolationEnded", "CircuitReopened"],
            _log.Lines.Select(line => line.Split(' ', ':')[1]));
    }

    [Fact]
    public async Task The_client_without_a_name_has_one_in_the_log()
    {
        using var client = Client(script => script.Always(503), name: "");

        await FailAsync(client, times: 5);

        Assert.StartsWith(
            "Warning CircuitOpened: the default client (https://payments.internal): the circuit opened", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Manual_steering_is_logged()
    {
        using var client = Client(script => script.Always(200));
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new("https://payments.internal"));
        var registry = CircuitRegistry.GetOrCreate(client.Service.Host);

        registry.Isolate("payments", "payments moves house.");
        _clock.Advance(TimeSpan.FromSeconds(90));
        registry.Reset("payments");

        Assert.Equal(
            [
                "Information CircuitIsolated: payments (https://payments.internal): the circuit was isolated by hand, calls are refused: " +
                    "payments moves house; until it is reset (ICircuitRegistry.Reset).",
                "Information IsolationEnded: payments (https://payments.internal): the isolation ended after 90 s, the circuit is " +
                    "closed: reset by hand.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task A_circuit_breaker_that_only_observes_does_not_report_that_calls_are_refused()
    {
        using var client = Client(script => script.Always(503), options => options.Mode = HttpCircuitBreakerMode.Observe);

        await FailAsync(client, times: 5);

        Assert.Equal(
            [
                "Warning CircuitOpened: payments (https://payments.internal): the circuit opened, calls still go through " +
                    "(CircuitBreaker:Mode is Observe): 5 consecutive failures, last 503 ServiceUnavailable; next trial in 5 s.",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task A_logger_that_throws_affects_neither_a_call_nor_the_circuit()
    {
        using var client = Client(script => script.Always(503));
        _log.Throw = true;

        await FailAsync(client, times: 5);

        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("/"));
        Assert.Single(_metrics.Of("circuit_breaker.transitions"));
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _container.Dispose();
        _log.Dispose();
    }

    private static async Task FailAsync(ChainClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await client.Http.GetAsync("/");
        }
    }

    private ChainClient Client(
        Action<ServerScript> script, Action<HttpCircuitBreakerOptions>? configure = null, string name = "payments") => new(
        new ScriptedServer(script, _clock),
        options =>
        {
            options.Retry.Enabled = false;
            configure?.Invoke(options.CircuitBreaker);
        },
        _clock,
        _log,
        _container.GetRequiredService<IMeterFactory>(),
        chance: () => 0,
        name: name);

    /// <summary>The lines of this feature's category.</summary>
    private sealed class RecordedLog : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public bool Throw { get; set; }

        public IReadOnlyList<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) =>
            categoryName == CircuitBreakerLog.Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Throw)
            {
                throw new InvalidOperationException("the log is full");
            }

            _lines.Add($"{logLevel} {eventId.Name}: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
