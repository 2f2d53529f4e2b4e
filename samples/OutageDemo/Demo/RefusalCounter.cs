using System.Diagnostics.Metrics;

namespace OutageDemo.Demo;

/// <summary>Counts what the circuit and the concurrency limit of payments kept back, by the library's own metrics.</summary>
internal sealed class RefusalCounter : IDisposable
{
    private const string Circuit = "circuit_breaker.rejections";
    private const string Limit = "resilience.http.limit.rejections";

    private readonly MeterListener _listener = new();
    private int _refused;
    private int _limited;

    public RefusalCounter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is Circuit or Limit)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            Count(ref instrument.Name == Circuit ? ref _refused : ref _limited, (int)count, tags));
        _listener.Start();
    }

    /// <summary>By the circuit.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>By the concurrency limit.</summary>
    public int Limited => Volatile.Read(ref _limited);

    public void Dispose() => _listener.Dispose();

    private static void Count(ref int total, int count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == "resilience.service.name" && DemoPlan.Service.Equals(value))
            {
                Interlocked.Add(ref total, count);
            }
        }
    }
}
