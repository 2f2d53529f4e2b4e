using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>
/// The OpenTelemetry SDK with traces and metrics of HttpClient and of the libraries, exported into memory, for as long as it is not
/// disposed.
/// </summary>
internal sealed class OpenTelemetryScope : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    public OpenTelemetryScope()
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .AddSource("Resilience.Http")
            .AddHttpClientInstrumentation()
            .AddInMemoryExporter(new LastOnes<Activity>())
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter("Resilience.Http", "Polly")
            .AddHttpClientInstrumentation()
            .AddInMemoryExporter(new LastOnes<Metric>())
            .Build();
    }

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    /// <summary>What was exported, forgotten soon: a growing list would be measured too.</summary>
    private sealed class LastOnes<T> : System.Collections.ObjectModel.Collection<T>
    {
        private const int Most = 1_000;

        protected override void InsertItem(int index, T item)
        {
            if (Count >= Most)
            {
                ClearItems();
                index = 0;
            }

            base.InsertItem(index, item);
        }
    }
}
