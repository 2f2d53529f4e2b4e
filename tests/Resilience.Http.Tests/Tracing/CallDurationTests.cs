using System.Diagnostics.Metrics;
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
    public void Its_buckets_reach_from_five_milliseconds_to_a_minute()
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
    public async Task A_method_that_a_caller_made_up_makes_no_series_of_its_own()
    {
        var clock = new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RecordedMetrics(services.GetRequiredService<IMeterFactory>());
        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200), clock), clock: clock, meters: services.GetRequiredService<IMeterFactory>());

        using var response = await client.Http.SendAsync(new HttpRequestMessage(new HttpMethod("BREW"), ""), CancellationToken.None);

        Assert.Equal("_OTHER", Assert.Single(metrics.Of("resilience.http.call.duration")).Tags["http.request.method"]);
    }
}
