using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Tracing;

/// <summary>
/// What listeners find in <see cref="Activity.Current"/>. The duration needs the span for its exemplar, and .NET reports the end of a span
/// while that span is current.
/// </summary>
public sealed class CurrentSpanTests : IDisposable
{
    private readonly string _name = $"payments-{Guid.NewGuid():N}";
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly VirtualTimeProvider _clock = new();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_duration_is_measured_while_the_span_is_current(bool completedAtOnce)
    {
        object? service = null;
        using var spans = new RecordedSpans(_name);
        using var metrics = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == Meters && instrument.Name == "resilience.http.call.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        metrics.SetMeasurementEventCallback<double>(
            (_, _, _, _) => service = Activity.Current?.GetTagItem("resilience.service.name"));
        metrics.Start();

        await CallAsync(completedAtOnce);

        Assert.Equal(_name, service);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_is_notified_of_the_end_of_a_span_while_the_span_is_current(bool completedAtOnce)
    {
        var isCurrent = false;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Resilience.Http",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (_name.Equals(span.GetTagItem("resilience.service.name")))
                {
                    isCurrent = Activity.Current == span;
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await CallAsync(completedAtOnce);

        Assert.True(isCurrent);
    }

    private async Task CallAsync(bool completedAtOnce)
    {
        using var client = new ChainClient(
            new ScriptedServer(
                script =>
                {
                    if (completedAtOnce)
                    {
                        script.Always(200);
                    }
                    else
                    {
                        script.Slow(TimeSpan.FromSeconds(1));
                    }
                },
                _clock),
            clock: _clock,
            meters: Meters,
            name: _name);
        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));
    }
}
