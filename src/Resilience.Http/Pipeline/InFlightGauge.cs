using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>Shows how many sends are in flight. For each service it asks the first of the features that count them anyway.</summary>
internal sealed class InFlightGauge(ResilienceRuntime host)
{
    private readonly ConcurrentDictionary<(string Service, bool IsPreferred), IInFlightSource> _sources = new();

    public static InFlightGauge GetOrCreate(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new InFlightGauge(host), static gauge => gauge.Register());

    /// <param name="service">The name of the service.</param>
    /// <param name="source">What counts its sends.</param>
    /// <param name="isPreferred">Whether it is asked before the other one.</param>
    public void Add(string service, IInFlightSource source, bool isPreferred) => _sources.TryAdd((service, isPreferred), source);

    private void Register() => host.CreateMeter()?.CreateObservableUpDownCounter(
        TelemetryNames.ConcurrencyInFlight, Measure, "{request}", "Requests in flight, until their response headers.");

    /// <summary>One row per tag: authorities that share one are added up.</summary>
    private IEnumerable<Measurement<long>> Measure() => host.IsDisposed
        ? []
        : from source in _sources
          where source.Value.IsCounting && (source.Key.IsPreferred || !IsCountedByPreferred(source.Key.Service))
          from authority in source.Value.CountInFlight()
          group authority.InFlight by (source.Key.Service, authority.AuthorityTag) into row
          select new Measurement<long>(
              row.Sum(),
              new(TelemetryTags.ServiceName, row.Key.Service),
              new KeyValuePair<string, object?>(TelemetryTags.Authority, row.Key.AuthorityTag));

    private bool IsCountedByPreferred(string service) =>
        _sources.TryGetValue((service, true), out var preferred) && preferred.IsCounting;
}
