using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>An audience for as long as it is not disposed: it wants every span and every measurement, and keeps nothing.</summary>
internal sealed class ListenerScope : IDisposable
{
    private const string Source = "Resilience.Http";

    private readonly ActivityListener? _spans;
    private readonly MeterListener? _metrics;
    private readonly OpenTelemetryScope? _openTelemetry;

    public ListenerScope(TelemetryListeners audience)
    {
        _spans = audience.HasFlag(TelemetryListeners.Spans) ? ListenToSpans() : null;
        _metrics = audience.HasFlag(TelemetryListeners.Metrics) ? ListenToMetrics() : null;
        _openTelemetry = audience.HasFlag(TelemetryListeners.OpenTelemetry) ? new() : null;
    }

    public void Dispose()
    {
        _spans?.Dispose();
        _metrics?.Dispose();
        _openTelemetry?.Dispose();
    }

    private static ActivityListener ListenToSpans()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static MeterListener ListenToMetrics()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == Source)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }
}
