using Microsoft.Extensions.Logging;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;

namespace Resilience.Http.Monitoring;

/// <summary>Reads the counters of all services once a second, and puts snapshots together from what the features know.</summary>
internal sealed partial class ServiceMonitor : IDisposable
{
    public const string Category = "Resilience.Http.Monitoring";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ServiceStateStore _services;
    private readonly IInjectedFaults[] _faults;
    private readonly IFleetDescription? _fleet;
    private readonly CircuitRegistry _circuits;
    private readonly TransitionHistory _transitions;
    private readonly TimeProvider _clock;
    private readonly long _startedAt;
    private readonly ITimer _timer;
    private readonly ILogger _log;
    private TrafficHistory[] _histories = [];
    private bool _isAdvancing;
    private IReadOnlyList<string>? _chain;

    public ServiceMonitor(
        ResilienceRuntime host, ServiceStateStore services, IEnumerable<IInjectedFaults> faults, IFleetDescription? fleet = null)
    {
        (_services, _faults, _fleet, _clock) = (services, [.. faults], fleet, host.Clock);
        host.CountsTraffic = true;
        _log = host.CreateLogger(Category);
        _circuits = CircuitRegistry.GetOrCreate(host);
        _transitions = new(_clock);
        _circuits.Transitioned += _transitions.Add;
        _startedAt = _clock.GetTimestamp();
        _timer = _clock.CreateTimer(static monitor => ((ServiceMonitor)monitor!).OnTimer(), this, Second, Second);
    }

    public event Action? Updated;

    public IReadOnlyList<ServiceSnapshot> GetAll() =>
        [.. _services.All.OrderBy(static service => service.Name, StringComparer.Ordinal).Select(Snapshot)];

    public ServiceSnapshot? Find(string serviceName) => _services.Find(serviceName) is { } service ? Snapshot(service) : null;

    public void Dispose()
    {
        _timer.Dispose();
        _circuits.Transitioned -= _transitions.Add;
    }

    /// <summary>
    /// Ends the current second of all services. It allocates nothing, unless a service is new, and a service without calls costs little:
    /// it runs every second for as long as the app does.
    /// </summary>
    /// <param name="second">How many seconds have ended since the monitor began.</param>
    internal void Advance(long second)
    {
        if (_histories.Length != _services.Count)
        {
            _histories = [.. _services.All.Select(TrafficHistory.GetOrCreate)];
        }

        foreach (var history in _histories)
        {
            history.Advance(second);
        }
    }

    /// <summary>
    /// A timer fires a little late or early, so the seconds are rounded. If it fires while the last turn still runs, that turn is left out.
    /// </summary>
    private void OnTimer()
    {
        if (Interlocked.Exchange(ref _isAdvancing, true))
        {
            return;
        }

        Advance((long)Math.Round(_clock.GetElapsedTime(_startedAt).TotalSeconds));
        try
        {
            Updated?.Invoke();
        }
        catch (Exception exception)
        {
            SubscriberThrew(_log, exception);
        }

        Volatile.Write(ref _isAdvancing, false);
    }

    private ServiceSnapshot Snapshot(ServiceState service)
    {
        var options = service.Options;
        var circuits = ServiceCircuits.GetOrCreate(service);
        var history = TrafficHistory.GetOrCreate(service);
        AuthorityLimiter[] limiters = [.. ServiceLimiters.GetOrCreate(service).Current()];
        var budget = options is { Enabled: true, Retry: { Enabled: true, Budget: { Enabled: true } on } } ? on : null;
        var breaker = options is { Enabled: true, CircuitBreaker: { Enabled: true } rules } ? rules : null;
        return new()
        {
            ServiceName = service.Name,
            Enabled = options.Enabled,
            Circuits = [.. circuits.Snapshots().OrderBy(static circuit => circuit.Authority, StringComparer.Ordinal)],
            LastMinute = history.Samples(),
            Latency = history.Latency(),
            RetryBudget = budget is null ? null : RetryBudget.GetOrCreate(service).Available(budget),
            RetryBudgetCapacity = budget?.Capacity,
            InFlight = circuits.Enabled ? circuits.InFlight
                : limiters.Length > 0 ? limiters.Sum(static limiter => limiter.Permits.InFlight)
                : null,
            InFlightLimit = limiters.Sum(static limiter => (long?)limiter.Limit) is > 0 and var limit ? limit : null,
            LimitRejection = service.Find<LimitRejections>()?.Last?.Reason,
            HalfOpenMaxCalls = breaker?.HalfOpenMaxCalls,
            RecoveryTimeout = breaker?.RecoveryTimeout,
            MaxRecoveryTimeout = breaker?.MaxRecoveryTimeout,
            Transitions = _transitions.Of(service.Name),
            Chain = _chain ??= ResilienceChain.NamesFor(service), // one for all
            InjectedFaults = FaultsOf(service.Name),
            Fleet = _fleet?.Describe(service.Name),
        };
    }

    private string? FaultsOf(string serviceName)
    {
        var texts = _faults.Select(faults => faults.Describe(serviceName)).Where(static text => text is not null);
        return string.Join("; ", texts) is { Length: > 0 } all ? all : null;
    }

    [LoggerMessage(1201, LogLevel.Error, "A subscriber of IServiceMonitor.Updated threw. It will still be called every second.")]
    private static partial void SubscriberThrew(ILogger log, Exception exception);
}
