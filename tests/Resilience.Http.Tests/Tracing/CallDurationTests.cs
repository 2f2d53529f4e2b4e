using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Tracing;

public sealed class CallDurationTests
{
    [Fact]
    public async Task A_call_is_measured_in_seconds_waits_included()
    {
        var clock = new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        using var client = new ChainClient(
            new ScriptedServer(script => script.Slow(TimeSpan.FromSeconds(3)), clock),
            clock: clock,
            meters: services.GetRequiredService<IMeterFactory>());

        using var response = await clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));

        var measured = Assert.Single(metrics.Of("resilience.http.call.duration"));
        Assert.Equal(3, measured.Value, 0.001);
        Assert.Equal("payments", measured.Tags["resilience.service.name"]);
        Assert.Equal("GET", measured.Tags["http.request.method"]);
        Assert.Equal("success", measured.Tags["resilience.outcome"]);
        Assert.False(measured.Tags.ContainsKey("error.type"));
    }

    [Fact]
    public async Task The_span_of_a_call_is_as_long_as_its_measured_duration()
    {
        var name = $"payments-{Guid.NewGuid():N}";
        using var spans = new RecordedSpans(name);

        var measured = await MeasureAsync(script => script.Slow(TimeSpan.FromSeconds(3)), name: name);

        Assert.Equal(3, measured.Value);
        Assert.Equal(TimeSpan.FromSeconds(3), spans.Single.Duration);
    }

    [Fact]
    public async Task A_success_after_a_retry_is_measured_from_the_start_of_the_call()
    {
        var measured = await MeasureAsync(
            script => script.Then(503).Slow(TimeSpan.FromSeconds(3)), options => options.Retry.BaseDelay = TimeSpan.FromSeconds(1));

        Assert.Equal("success", measured.Tags["resilience.outcome"]);
        Assert.InRange(measured.Value, 3.1, 10);
    }

    [Fact]
    public async Task A_call_that_is_canceled_in_the_wait_for_a_retry_is_measured_with_the_wait()
    {
        var measured = await MeasureAsync(
            script => script.Fail(1, 503, retryAfter: TimeSpan.FromSeconds(5)), cancelAfter: TimeSpan.FromSeconds(2));

        Assert.Equal("canceled", measured.Tags["resilience.outcome"]);
        Assert.Equal(2, measured.Value);
    }

    [Fact]
    public async Task The_time_that_a_fallback_takes_is_measured()
    {
        var clock = new VirtualTimeProvider();

        var measured = await MeasureAsync(
            script => script.Always(503),
            options =>
            {
                options.Retry.Enabled = false;
                options.Fallback.Add(async (_, token) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(4), clock, token);
                    return new HttpResponseMessage(HttpStatusCode.OK);
                });
            },
            clock);

        Assert.Equal("fallback", measured.Tags["resilience.outcome"]);
        Assert.Equal(4, measured.Value);
    }

    /// <summary>A span that never ends is never exported, and holds on to what it knows.</summary>
    [Fact]
    public async Task A_listener_that_throws_at_the_duration_leaves_no_span_open()
    {
        var name = $"payments-{Guid.NewGuid():N}";
        using var spans = new RecordedSpans(name);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>()
                    && instrument.Name == "resilience.http.call.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        metrics.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("The exporter is broken."));
        metrics.Start();
        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200)), meters: services.GetRequiredService<IMeterFactory>(), name: name);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.Http.GetAsync(""));

        Assert.Equal("success", spans.Single.GetTagItem("resilience.outcome"));
    }

    [Fact]
    public void The_buckets_of_the_call_duration_range_from_five_milliseconds_to_a_minute()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        Histogram<double>? duration = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) => duration = instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>()
                ? instrument as Histogram<double> ?? duration
                : duration,
        };
        listener.Start();

        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200)), meters: services.GetRequiredService<IMeterFactory>());

        var buckets = duration?.Advice?.HistogramBucketBoundaries!;
        Assert.Equal("resilience.http.call.duration", duration!.Name);
        Assert.Equal((0.005, 60), (buckets[0], buckets[^1]));
        Assert.Equal(buckets.Order(), buckets);
    }

    [Fact]
    public async Task A_custom_HTTP_method_adds_no_metric_series()
    {
        var clock = new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200), clock), clock: clock, meters: services.GetRequiredService<IMeterFactory>());

        using var response = await client.Http.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), ""), CancellationToken.None);

        Assert.Equal("_OTHER", Assert.Single(metrics.Of("resilience.http.call.duration")).Tags["http.request.method"]);
    }

    private static async Task<RecordedMetrics.Measured> MeasureAsync(
        Action<ServerScript> script,
        Action<ResilientHttpClientOptions>? configure = null,
        VirtualTimeProvider? clock = null,
        string name = "payments",
        TimeSpan? cancelAfter = null)
    {
        clock ??= new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var metrics = new RecordedMetrics(meters);
        using var client = new ChainClient(new ScriptedServer(script, clock), configure, clock, meters: meters, name: name);
        using var caller = new CancellationTokenSource(cancelAfter ?? Timeout.InfiniteTimeSpan, clock);

        await clock.RunAsync(() => client.Http.GetAsync("", caller.Token)
            .ContinueWith(static sent => _ = sent.Exception, TaskScheduler.Default));

        return Assert.Single(metrics.Of("resilience.http.call.duration"));
    }
}
