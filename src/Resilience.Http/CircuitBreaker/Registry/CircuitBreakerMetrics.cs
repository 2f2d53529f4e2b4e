using System.Diagnostics.Metrics;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>Counts what circuits do, and shows their states.</summary>
internal sealed class CircuitBreakerMetrics
{
    private static readonly CircuitState[] States = Enum.GetValues<CircuitState>();

    private readonly ResilienceRuntime _host;
    private readonly Meter? _meter;
    private readonly Counter<long>? _failures;
    private readonly Counter<long>? _rejections;
    private readonly Counter<long>? _transitions;

    public CircuitBreakerMetrics(ResilienceRuntime host)
    {
        _host = host;
        _meter = host.CreateMeter();
        _failures = _meter?.CreateCounter<long>(
            TelemetryNames.BreakerFailures,
            "{attempt}",
            "Attempts through a circuit that failed, including those that ended too late to change its state.");
        _rejections = _meter?.CreateCounter<long>(
            TelemetryNames.BreakerRejections, "{attempt}", "Attempts that a circuit refused, or would have refused.");
        _transitions = _meter?.CreateCounter<long>(TelemetryNames.BreakerTransitions, "{transition}", "Changes of a circuit's state.");
    }

    /// <summary>Shows the state of each of these circuits, from now on.</summary>
    public void RegisterStateGauge(Func<IEnumerable<Circuit>> circuits) => _meter?.CreateObservableUpDownCounter(
        TelemetryNames.BreakerState,
        () => _host.IsDisposed ? [] : Observe(circuits()),
        "{breaker}",
        "Circuits by state: 1 for the one it is in, 0 for the others.");

    public void RecordFailure(CircuitKey circuit)
    {
        if (_failures is { Enabled: true })
        {
            _failures.Add(1, Tag(TelemetryTags.ServiceName, circuit.Service), Tag(TelemetryTags.Authority, circuit.Tag));
        }
    }

    public void RecordRejection(CircuitKey circuit, CircuitState state, string mode)
    {
        if (_rejections is { Enabled: true })
        {
            _rejections.Add(
                1,
                Tag(TelemetryTags.ServiceName, circuit.Service),
                Tag(TelemetryTags.Authority, circuit.Tag),
                Tag(TelemetryTags.State, state.Text()),
                Tag(TelemetryTags.RejectionMode, mode));
        }
    }

    public void RecordTransition(CircuitKey circuit, CircuitState from, CircuitState to)
    {
        if (_transitions is { Enabled: true })
        {
            _transitions.Add(
                1,
                Tag(TelemetryTags.ServiceName, circuit.Service),
                Tag(TelemetryTags.Authority, circuit.Tag),
                Tag(TelemetryTags.FromState, from.Text()),
                Tag(TelemetryTags.ToState, to.Text()));
        }
    }

    /// <summary>
    /// One row per tag and state; circuits that share a tag are added up, since a second measurement of one row would replace the first.
    /// </summary>
    private static IEnumerable<Measurement<int>> Observe(IEnumerable<Circuit> circuits) =>
        from circuit in circuits
        group circuit.Snapshot().State by (circuit.Name.Service, circuit.Name.Tag) into row
        from state in States
        select new Measurement<int>(
            row.Count(current => current == state),
            Tag(TelemetryTags.ServiceName, row.Key.Service),
            Tag(TelemetryTags.Authority, row.Key.Tag),
            Tag(TelemetryTags.State, state.Text()));

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
