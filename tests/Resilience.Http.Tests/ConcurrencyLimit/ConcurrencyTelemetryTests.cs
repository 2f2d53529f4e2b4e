using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>What the limit shows: gauges, counted rejections, and warnings that do not flood.</summary>
public sealed class ConcurrencyTelemetryTests : IDisposable
{
    private static readonly Uri Address = new("https://payments.internal/");

    private readonly VirtualTimeProvider _clock = new();
    private readonly PendingServer _server = new();
    private readonly WarningCounter _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public void Dispose()
    {
        _server.Dispose();
        _log.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Rejections_are_counted_and_one_warning_a_minute_is_logged()
    {
        using var metrics = new RecordedMetrics(Meters);
        using var client = Client(static options => options.ConcurrencyLimit = new() { Enabled = true, Limit = 1 });
        _ = client.Http.GetAsync(Address, Token);

        await RejectAsync(client, 3);
        Assert.Single(_log.Warnings);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await RejectAsync(client, 1);
        Assert.Single(_log.Warnings);
        _clock.Advance(TimeSpan.FromSeconds(56));
        await RejectAsync(client, 1);

        var counted = metrics.Of("resilience.http.limit.rejections");
        Assert.Equal(5, counted.Sum(static measured => measured.Value));
        Assert.All(counted, static measured => Assert.Equal("concurrency", measured.Tags["resilience.limit"]));
        Assert.All(counted, static measured => Assert.Equal("https://payments.internal", measured.Tags["resilience.authority"]));
        Assert.Equal(2, _log.Warnings.Count);
        Assert.Contains("since the last warning: 4.", _log.Warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_is_in_flight_is_shown_with_and_without_a_limit(bool limit, bool circuit)
    {
        using var metrics = new RecordedMetrics(Meters);
        using var client = Client(options =>
        {
            options.ConcurrencyLimit = new() { Enabled = limit, Limit = 7 };
            options.CircuitBreaker.Enabled = circuit;
        });
        _ = client.Http.GetAsync(Address, Token);
        _ = client.Http.GetAsync(Address, Token);

        var inFlight = Assert.Single(metrics.Observe("resilience.http.concurrency.in_flight"));
        Assert.Equal((2, "payments"), (inFlight.Value, inFlight.Tags["resilience.service.name"]));
        Assert.Equal(limit ? [7] : [], metrics.Observe("resilience.http.concurrency.limit").Select(static measured => measured.Value));
        _server.Answer();
        _server.Answer();
        Assert.Equal(0, Assert.Single(metrics.Observe("resilience.http.concurrency.in_flight")).Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_thousand_in_flight_and_no_limit_warn_once_an_hour(bool circuit)
    {
        using var client = Client(options =>
        {
            options.CircuitBreaker.Enabled = circuit;
            options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        });

        Send(client, 999);
        Assert.Empty(_log.Warnings);
        Send(client, 400);
        Assert.Contains("ConcurrencyLimit:Limit", Assert.Single(_log.Warnings), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Send(client, 200);
        Assert.Single(_log.Warnings);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Send(client, 200);

        Assert.Equal(2, _log.Warnings.Count);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void Send(ChainClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _ = client.Http.GetAsync(Address, Token);
        }
    }

    private static async Task RejectAsync(ChainClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
        }
    }

    private ChainClient Client(Action<ResilientHttpClientOptions> configure) =>
        new(_server, options =>
        {
            options.Retry.Enabled = false;
            options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan;
            configure(options);
        }, _clock, _log, Meters);

    private sealed class WarningCounter : ILoggerFactory, ILogger
    {
        public List<string> Warnings { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => categoryName == LimitRejections.Category ? this : NullLogger.Instance;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings.Add(formatter(state, exception));
    }
}
