using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace WebApi.Observability;

/// <summary>Collects the metrics of the app whenever somebody asks for them, as text for Prometheus.</summary>
internal sealed class PrometheusReader : BaseExportingMetricReader
{
    private readonly Lock _gate = new();

    public PrometheusReader() : base(new TextExporter())
    {
    }

    /// <summary>The content type of the text format, version 0.0.4.</summary>
    public static string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    public string Scrape()
    {
        lock (_gate)
        {
            Collect();
            return ((TextExporter)exporter).Text;
        }
    }

    // Push: the SDK's mode for readers that collect when they like. Its Pull mode is for its own scrape endpoint.
    [ExportModes(ExportModes.Push)]
    private sealed class TextExporter : BaseExporter<Metric>
    {
        public string Text { get; private set; } = "";

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new PrometheusText();
            foreach (var metric in batch)
            {
                text.Add(metric);
            }

            Text = text.ToString();
            return ExportResult.Success;
        }
    }
}
