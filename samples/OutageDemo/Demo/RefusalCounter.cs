using System.Diagnostics.Metrics;

namespace OutageDemo.Demo;

/// <summary>Counts the attempts that the circuit of payments refused, by the library's own metric.</summary>
internal sealed class RefusalCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _refused;

    public RefusalCounter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "circuit_breaker.rejections")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) => Count((int)count, tags));
        _listener.Start();
    }

    public int Refused => Volatile.Read(ref _refused);

    public void Dispose() => _listener.Dispose();

    private void Count(int count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == "resilience.service.name" && DemoPlan.Service.Equals(value))
            {
                Interlocked.Add(ref _refused, count);
            }
        }
    }
}
