using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace WebApi.Observability;

/// <summary>
/// Metrics in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/), named as OpenTelemetry's
/// exporters name them (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
internal sealed class PrometheusText
{
    /// <summary>By name of the family: instruments of several meters may share one, and HELP and TYPE stand once.</summary>
    private readonly SortedDictionary<string, StringBuilder> _families = new(StringComparer.Ordinal);

    public void Add(Metric metric)
    {
        var type = TypeOf(metric.MetricType);
        if (type is null)
        {
            return;
        }

        var name = NameOf(metric.Name, metric.Unit, isCounter: type == "counter");
        if (!_families.TryGetValue(name, out var text))
        {
            _families[name] = text = new StringBuilder()
                .Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(metric.Description)).Append('\n')
                .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        }

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            AddPoint(text, name, metric.MetricType, point);
        }
    }

    public override string ToString() => string.Concat(_families.Values);

    public static string EscapeLabel(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    public static string EscapeHelp(string value) => value.Replace("\\", "\\\\").Replace("\n", "\\n");

    public static string NameOf(string instrument, string unit, bool isCounter)
    {
        var name = Sanitize(instrument);
        var suffix = unit switch { "s" => "_seconds", "By" => "_bytes", "1" => "_ratio", _ => "" };
        name = name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Sanitize(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' ? letter : '_'));

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    private static void AddPoint(StringBuilder text, string name, MetricType type, in MetricPoint point)
    {
        var labels = LabelsOf(point);
        if (type == MetricType.Histogram)
        {
            AddHistogram(text, name, labels, point);
            return;
        }

        var value = type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        };
        Line(text, name, labels, value);
    }

    private static void AddHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString(CultureInfo.InvariantCulture);
            Line(text, name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", below);
        }

        Line(text, name + "_sum", labels, point.GetHistogramSum());
        Line(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static string LabelsOf(in MetricPoint point)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in point.Tags)
        {
            labels[Sanitize(key).Replace(':', '_')] = EscapeLabel(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""));
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? "{" : "").Append(labels).Append(labels.Length > 0 ? "} " : " ")
            .Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
}
