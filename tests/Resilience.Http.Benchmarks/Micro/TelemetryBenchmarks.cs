using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>What it costs to be listened to: the library's span and instruments with nobody there, and with listeners that keep nothing.</summary>
public class TelemetryBenchmarks : ClientBenchmarks
{
    private const string Source = "Resilience.Http";

    private readonly List<IDisposable> _listeners = [];

    [Params("nobody", "metrics", "traces", "metrics and traces")]
    public string Listening { get; set; } = "";

    [GlobalSetup]
    public void ListenAndConnect()
    {
        if (Listening.Contains("metrics", StringComparison.Ordinal))
        {
            _listeners.Add(ListenToMetrics());
        }

        if (Listening.Contains("traces", StringComparison.Ordinal))
        {
            _listeners.Add(ListenToTraces());
        }

        Connect(Case.Synchronous, Clients.OursRegistered);
    }

    [GlobalCleanup]
    public void StopListening() => _listeners.ForEach(listener => listener.Dispose());

    [Benchmark(Description = "200, synchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Synchronous() => CallAsync();

    private static ActivityListener ListenToTraces()
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
