using System.Diagnostics.Metrics;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fleet.Telemetry;

/// <summary>Shows what the fleet does. All figures are read when they are collected; nothing is measured on the path of a call.</summary>
internal sealed class FleetMetrics
{
    private readonly Counter<long>? _exchanges;

    public FleetMetrics(ResilienceRuntime host, Func<bool?> isReached, FleetCounters counters, Func<FleetStatus> status)
    {
        var meter = host.CreateMeter();
        _exchanges = meter?.CreateCounter<long>(
            FleetTelemetryNames.Exchanges, "{exchange}", "Exchanges of this replica with the store of the fleet.");
        meter?.CreateObservableUpDownCounter(
            FleetTelemetryNames.Connected, () => Observe(host, isReached), "{store}", "1 while the store of the fleet is reached.");
        meter?.CreateObservableCounter(
            FleetTelemetryNames.Commands,
            () => Observe(host, counters.Commands),
            "{command}",
            "Commands that this replica sent to the store.");
        meter?.CreateObservableCounter(
            FleetTelemetryNames.OpenedByOthers,
            () => Observe(host, counters.OpenedByOthers),
            "{transition}",
            "Circuits that opened here because other replicas held them open.");
        meter?.CreateObservableUpDownCounter(
            FleetTelemetryNames.Replicas,
            () => host.IsDisposed ? [] : Observe(status()),
            "{replica}",
            "Replicas with recent traffic, by the state of their circuit.");
    }

    public void RecordExchange(bool succeeded) =>
        _exchanges?.Add(1, new KeyValuePair<string, object?>(FleetTelemetryNames.Outcome, succeeded ? "succeeded" : "failed"));

    /// <summary>A store that was not needed yet is neither reached nor lost.</summary>
    private static IEnumerable<Measurement<int>> Observe(ResilienceRuntime host, Func<bool?> isReached) =>
        !host.IsDisposed && isReached() is { } reached ? [new(reached ? 1 : 0)] : [];

    private static IEnumerable<Measurement<long>> Observe(ResilienceRuntime host, long count) => host.IsDisposed ? [] : [new(count)];

    private static IEnumerable<Measurement<long>> Observe(FleetStatus status) =>
        status.Circuits.SelectMany(static circuit => new[]
        {
            Row(circuit, "open", circuit.ReplicasOpen),
            Row(circuit, "not_open", Math.Max(0, circuit.ReplicasWithTraffic - circuit.ReplicasOpen)),
        });

    private static Measurement<long> Row(FleetCircuitStatus circuit, string state, long count) => new(
        count,
        new KeyValuePair<string, object?>(TelemetryTags.ServiceName, circuit.ServiceName),
        new(TelemetryTags.Authority, circuit.Authority),
        new(FleetTelemetryNames.ReplicaState, state));
}
