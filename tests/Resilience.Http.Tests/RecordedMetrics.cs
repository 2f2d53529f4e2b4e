using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Resilience.Http.Tests;

/// <summary>What the instruments of one container measured; two hosts in one process do not mix.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly ConcurrentQueue<Measured> _measured = [];
    private readonly MeterListener _listener = new();

    public RecordedMetrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Resilience.Http" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Measured> Of(string instrument) => [.. _measured.Where(measured => measured.Instrument == instrument)];

    /// <summary>Asks the observable instruments and returns what they say now.</summary>
    public IReadOnlyList<Measured> Observe(string instrument)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Of(instrument);
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new(instrument.Name, value, instrument.Unit, new Dictionary<string, object?>(tags.ToArray())));

    internal sealed record Measured(string Instrument, double Value, string? Unit, IReadOnlyDictionary<string, object?> Tags);
}
