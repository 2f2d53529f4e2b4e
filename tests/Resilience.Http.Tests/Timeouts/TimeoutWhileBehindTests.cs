using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>Calls through the whole chain that time out while this process is behind.</summary>
public sealed class TimeoutWhileBehindTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly VirtualTimeProvider _time = new();
    private readonly HeldQueue _queue = new();
    private readonly LogLines _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task Timeouts_are_repeated_and_dropped_when_a_later_attempt_succeeds()
    {
        using var client = Client(s => s.Hang(5).Then(200).Always());
        Stall();

        var responses = await _time.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.Http.GetAsync("things"))));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(CircuitState.Closed, Snapshot(client).State);
        Assert.Equal(0, Snapshot(client).ConsecutiveFailures);
    }

    [Fact]
    public async Task The_text_says_what_was_behind_by_how_much_and_where_to_look()
    {
        using var client = Client(s => s.Hang().Always());
        Stall();

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => _time.RunAsync(() => client.Http.PostAsync("things", null)));

        Assert.Equal(
            "payments (https://payments.internal) sent no response headers within the AttemptTimeout of 10 s, in attempt 1. " +
            "This process was behind, so the answer may have been there: work queued to its thread pool waited for 3.0 s. " +
            "Find the code that blocks thread-pool threads, such as .Result, .Wait() or synchronous I/O: " +
            "run 'dotnet-stack report' and watch the metric dotnet.thread_pool.queue.length. This limit is not HttpClient.Timeout.",
            exception.Message);
    }

    [Fact]
    public async Task One_warning_a_minute_is_logged_and_every_timeout_counted()
    {
        using var metrics = new RecordedMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        using var client = Client(s => s.Hang().Always(), options => options.CircuitBreaker.Enabled = false);
        for (var call = 0; call < 10; call++)
        {
            Stall();
            await Assert.ThrowsAsync<RequestTimedOutException>(() => _time.RunAsync(() => client.Http.PostAsync("things", null)));
        }

        Assert.Equal(2, _log.At(LogLevel.Warning).Count(line => line.Event == "ProcessIsBehind")); // in 130 s, from 13 s on
        var counted = metrics.Of("resilience.http.timeouts.while_behind");
        Assert.Equal(10, counted.Count);
        Assert.Equal("thread_pool", counted[0].Tags["resilience.process.delay"]);
        Assert.Equal("attempt", counted[0].Tags["resilience.timeout.scope"]);
        Assert.Equal("payments", counted[0].Tags["resilience.service.name"]);
    }

    public void Dispose()
    {
        _services.Dispose();
        _log.Dispose();
    }

    private static CircuitSnapshot Snapshot(ChainClient client) => Assert.Single(CircuitRegistry.GetOrCreate(client.Service.Host).GetAll());

    /// <summary>The queue gets stuck as the next limit is due, and moves on three seconds later.</summary>
    private void Stall()
    {
        _time.CreateTimer(_ => _queue.IsStuck = true, null, Limit - TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        _time.CreateTimer(_ => _queue.Drain(), null, Limit + TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
    }

    private ChainClient Client(Action<ServerScript> script, Action<ResilientHttpClientOptions>? configure = null)
    {
        var meters = _services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        var server = new ScriptedServer(script, _time);
        return new ChainClient(
            server, configure, _time, _log, meters, prepare: host => host.GetOrCreate(_ => new TimeoutLeasePool(_time, _queue)));
    }
}
