using System.Diagnostics.Metrics;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>Shows how many sends are in flight. For each service it asks the first of the features that count them anyway.</summary>
internal sealed class InFlightGauge(ResilienceRuntime host)
{
    /// <summary>Shows them for all services from now on.</summary>
    public static void Show(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new InFlightGauge(host), static gauge => gauge.Register());

    private void Register() => host.CreateMeter()?.CreateObservableUpDownCounter(
        TelemetryNames.ConcurrencyInFlight, Measure, "{request}", "Requests in flight, until their response headers.");

    /// <summary>One row per tag: authorities that share one are added up.</summary>
    private IEnumerable<Measurement<long>> Measure() => host.IsDisposed
        ? []
        : from service in host.Services
          let source = service.All<IInFlightSource>().Where(static source => source.IsCounting).MaxBy(static source => source.IsPreferred)
          where source is not null
          from authority in source.CountInFlight()
          group authority.InFlight by (Service: service.Name, authority.AuthorityTag) into row
          select new Measurement<long>(
              row.Sum(),
              new(TelemetryTags.ServiceName, row.Key.Service),
              new KeyValuePair<string, object?>(TelemetryTags.Authority, row.Key.AuthorityTag));
}
