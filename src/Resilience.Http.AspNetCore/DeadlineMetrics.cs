using System.Diagnostics.Metrics;
using Resilience.Http.Telemetry;

namespace Resilience.Http.AspNetCore;

/// <summary>How often a deadline field of an incoming request could not be read.</summary>
internal sealed class DeadlineMetrics(IMeterFactory? meters)
{
    private readonly Counter<long>? _malformed = meters?.Create(TelemetryNames.Source).CreateCounter<long>(
        TelemetryNames.MalformedDeadlines, "{field}", "Deadline fields of incoming requests that could not be read and were ignored.");

    /// <param name="header">The name of the field, which is a setting and not the caller's.</param>
    public void CountMalformed(string header)
    {
        if (_malformed is { Enabled: true })
        {
            _malformed.Add(1, new KeyValuePair<string, object?>(TelemetryTags.DeadlineField, header));
        }
    }
}
