using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>Shows the limits of all services of one container, and what is in flight.</summary>
internal sealed class ConcurrencyTelemetry(ResilienceRuntime host)
{
    /// <summary>The limits of a service, seen from now on by metrics and by the features that ask about its authorities.</summary>
    public static ServiceLimiters Observe(ServiceState service)
    {
        var limiters = ServiceLimiters.GetOrCreate(service);
        AuthorityStatusSources.GetOrCreate(service).Add(limiters);
        service.Host.AddService(service);
        InFlightGauge.Show(service.Host);
        service.Host.GetOrCreate(static host => new ConcurrencyTelemetry(host), static telemetry => telemetry.Register());
        return limiters;
    }

    private void Register() => host.CreateMeter()?.CreateObservableGauge(
        TelemetryNames.ConcurrencyLimit, Measure, "{request}", "How many requests a concurrency limit allows in flight at present.");

    /// <summary>One row per tag: authorities that share one are added up.</summary>
    private IEnumerable<Measurement<int>> Measure() => host.IsDisposed
        ? []
        : from service in host.Services
          from limiters in service.All<ServiceLimiters>()
          from limiter in limiters.Current()
          where limiter.Limit is not null
          group limiter.Limit!.Value by (Service: service.Name, limiter.Tag) into row
          select new Measurement<int>(
              row.Sum(),
              new(TelemetryTags.ServiceName, row.Key.Service),
              new KeyValuePair<string, object?>(TelemetryTags.Authority, row.Key.Tag));
}
