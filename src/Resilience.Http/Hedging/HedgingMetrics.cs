using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Hedging;

/// <summary>Counts hedges and those that were not sent, and shows the delays.</summary>
internal sealed class HedgingMetrics
{
    private readonly ConcurrentDictionary<ServiceState, OperationLatencies> _operations = new();
    private readonly ResilienceRuntime _host;
    private readonly Meter? _meter;
    private readonly Counter<long>? _hedges;
    private readonly Counter<long>? _suppressed;

    private HedgingMetrics(ResilienceRuntime host)
    {
        _host = host;
        _meter = host.CreateMeter();
        _hedges = _meter?.CreateCounter<long>(
            TelemetryNames.Hedges, "{send}", "Sends that went out beside a slow one, by what came of them.");
        _suppressed = _meter?.CreateCounter<long>(
            TelemetryNames.HedgesSuppressed, "{send}", "Hedges that were due and did not go out, by reason.");
    }

    public static HedgingMetrics GetOrCreate(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new HedgingMetrics(host), static metrics => metrics.RegisterDelayGauge());

    public void Show(ServiceState service, OperationLatencies operations) => _operations[service] = operations;

    public void Ended(string service, HedgeOutcome outcome)
    {
        if (_hedges is { Enabled: true })
        {
            _hedges.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service),
                new KeyValuePair<string, object?>(TelemetryTags.HedgeOutcome, outcome.Text()));
        }
    }

    public void Suppressed(string service, HedgeSuppression reason)
    {
        if (_suppressed is { Enabled: true })
        {
            _suppressed.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service),
                new KeyValuePair<string, object?>(TelemetryTags.Reason, reason.Text()));
        }
    }

    private void RegisterDelayGauge() => _meter?.CreateObservableGauge(
        TelemetryNames.HedgeDelay,
        () => _host.IsDisposed ? [] : ObserveDelays(),
        "s",
        "How long a send may take before it is hedged.");

    private IEnumerable<Measurement<double>> ObserveDelays()
    {
        foreach (var (service, operations) in _operations)
        {
            if (service.Options.Hedging is not { Enabled: true } options)
            {
                continue;
            }

            var now = _host.Clock.GetTimestamp();
            foreach (var (name, operation) in operations.All)
            {
                if (operation.FindDelay(options, now) is { } delay)
                {
                    yield return new(
                        delay.TotalSeconds,
                        new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service.Name),
                        new KeyValuePair<string, object?>(TelemetryTags.Operation, name));
                }
            }
        }
    }
}
