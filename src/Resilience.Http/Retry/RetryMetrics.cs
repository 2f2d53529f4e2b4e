using System.Diagnostics.Metrics;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Retry;

/// <summary>Counts what was repeated and what was not, and shows the budgets.</summary>
internal sealed class RetryMetrics
{
    private readonly ResilienceRuntime _host;
    private readonly Meter? _meter;
    private readonly Counter<long>? _retries;
    private readonly Counter<long>? _suppressed;

    private RetryMetrics(ResilienceRuntime host)
    {
        _host = host;
        _meter = host.CreateMeter();
        _retries = _meter?.CreateCounter<long>(TelemetryNames.Retries, "{retry}", "Attempts that repeated another.");
        _suppressed = _meter?.CreateCounter<long>(
            TelemetryNames.RetriesSuppressed, "{retry}", "Attempts that failed temporarily and were not repeated, by reason.");
    }

    public static RetryMetrics GetOrCreate(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new RetryMetrics(host), static metrics => metrics.RegisterBudgetGauge());

    /// <summary>Shows the budget of a service from now on.</summary>
    public static void Show(ServiceState service)
    {
        GetOrCreate(service.Host);
        service.Host.AddService(service);
    }

    public void Retried(string service)
    {
        if (_retries is { Enabled: true })
        {
            _retries.Add(1, new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service));
        }
    }

    public void Suppressed(string service, RetryStopReason reason)
    {
        if (_suppressed is { Enabled: true })
        {
            _suppressed.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service),
                new KeyValuePair<string, object?>(TelemetryTags.Reason, reason.Text()));
        }
    }

    private void RegisterBudgetGauge() => _meter?.CreateObservableGauge(
        TelemetryNames.RetryBudgetAvailable,
        () => _host.IsDisposed ? [] : ObserveBudgets(),
        "{retry}",
        "Retries that the budget of a service holds.");

    private IEnumerable<Measurement<double>> ObserveBudgets()
    {
        foreach (var service in _host.Services)
        {
            if (service.Options.Retry is { Enabled: true, Budget: { Enabled: true } options } && service.Find<RetryBudget>() is { } budget)
            {
                yield return new(budget.Available(options), new KeyValuePair<string, object?>(TelemetryTags.ServiceName, service.Name));
            }
        }
    }
}
