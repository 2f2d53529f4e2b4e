using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

public sealed class FallbackTelemetryTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task An_answer_is_counted_with_its_kind_and_its_cause()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        using var client = Client(meters: services.GetRequiredService<IMeterFactory>());

        using (await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None)))
        {
        }

        var counted = Assert.Single(metrics.Of("resilience.http.fallbacks"));
        Assert.Equal(
            ("payments", "default", "failed"),
            (counted.Tags["resilience.service.name"], counted.Tags["resilience.fallback.kind"], counted.Tags["resilience.reason"]));
    }

    [Fact]
    public async Task The_cause_of_a_fallback_is_logged()
    {
        var (factory, lines) = Log();
        using var client = Client(loggers: factory);

        using (await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None)))
        {
        }

        Assert.Contains(
            (LogLevel.Information, 401, "payments: answered by the default fallback, after 1 attempt(s): failed, 503 ServiceUnavailable"),
            lines);
    }

    [Fact]
    public async Task A_call_that_the_circuit_refused_at_once_is_counted_and_logged_at_Debug()
    {
        var (factory, lines) = Log();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        using var client = Client(loggers: factory, meters: services.GetRequiredService<IMeterFactory>());
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance");

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("payments: answered by the default fallback, after 1 attempt(s): refused, CircuitOpenException: ",
            Assert.Single(lines, static line => line is (LogLevel.Debug, 401, _)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, static line => line.Level >= LogLevel.Information && line.Id != 305); // That the circuit moved.
        Assert.Equal("refused", Assert.Single(metrics.Of("resilience.http.fallbacks")).Tags["resilience.reason"]);
    }

    [Fact]
    public async Task A_call_whose_retry_the_circuit_refused_is_logged_at_Information()
    {
        var (factory, lines) = Log();
        using var client = Client(options => options.Retry.Enabled = true, factory, script: script => script.Then(503));

        using var response = await _clock.RunAsync(async () =>
        {
            await using var steering = _clock.CreateTimer(
                _ => CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance"),
                null,
                TimeSpan.FromMilliseconds(1),
                Timeout.InfiniteTimeSpan);
            return await client.Http.GetAsync("", CancellationToken.None);
        });

        Assert.Single(
            lines,
            static line => line is (LogLevel.Information, 401, _) && line.Text.Contains("after 2 attempt(s)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_client_without_a_name_has_one_in_the_log()
    {
        var (factory, lines) = Log();
        using var client = Client(
            options => options.Fallback.Add((_, _) => throw new InvalidOperationException("mine")),
            factory,
            script: script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new FaultyContent() }),
            name: "");

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        var told = lines.Where(static line => line.Id is >= 401 and <= 403).ToList();
        Assert.Equal([402, 401, 403], told.Select(static line => line.Id));
        Assert.All(told, static line => Assert.StartsWith("the default client: ", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delegate_that_throws_is_an_error_with_its_exception()
    {
        var (factory, lines) = Log();
        using var client = Client(options => options.Fallback.Add((_, _) => throw new InvalidOperationException("mine")), loggers: factory);

        using (await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None)))
        {
        }

        Assert.Contains(lines, line => line is (LogLevel.Error, 402, _) && line.Text.StartsWith("payments: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_caller_gets_the_answer_if_disposing_the_failed_response_throws()
    {
        var (factory, lines) = Log();
        using var client = Client(
            loggers: factory,
            script: script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new FaultyContent() }));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(
            (LogLevel.Warning, 403, "payments: disposing the failed response threw; the caller gets the answer of the fallback."), lines);
    }

    private ChainClient Client(
        Action<ResilientHttpClientOptions>? configure = null,
        ILoggerFactory? loggers = null,
        IMeterFactory? meters = null,
        Action<ServerScript>? script = null,
        string name = "payments") => new(
        new ScriptedServer(script ?? (static script => script.Always(503)), _clock),
        options =>
        {
            options.Retry.Enabled = false;
            options.Fallback.StatusCode = HttpStatusCode.OK;
            configure?.Invoke(options);
        },
        _clock,
        loggers,
        meters,
        name: name);

    private static (ILoggerFactory Factory, List<(LogLevel Level, int Id, string Text)> Lines) Log()
    {
        var lines = new List<(LogLevel, int, string)>();
        var factory = Substitute.For<ILoggerFactory>();
        factory.CreateLogger(Arg.Any<string>()).Returns(new Lines(lines));
        return (factory, lines);
    }

    private sealed class FaultyContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            throw new IOException("disposal");
        }
    }

    private sealed class Lines(List<(LogLevel, int, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
