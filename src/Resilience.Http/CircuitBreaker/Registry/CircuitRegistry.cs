using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>The circuits of all services of one container.</summary>
internal sealed class CircuitRegistry : ICircuitRegistry
{
    private readonly ResilienceRuntime _host;
    private readonly TransitionPublisher _feed;
    private readonly CircuitRuntime _circuits;
    private readonly ILogger _log;

    public CircuitRegistry(ResilienceRuntime host)
    {
        _host = host;
        _log = host.CreateLogger(CircuitBreakerLog.Category);
        _feed = new(_log);
        _circuits = new(host.Clock, host.Chance, Publish);
        Metrics = new(host);
    }

    public event Action<CircuitTransition>? Transitioned
    {
        add => _feed.Add(value);
        remove => _feed.Remove(value);
    }

    public CircuitBreakerMetrics Metrics { get; }

    private IEnumerable<ServiceCircuits> Services => _host.Services.SelectMany(static service => service.All<ServiceCircuits>());

    public static CircuitRegistry GetOrCreate(ResilienceRuntime host) =>
        host.GetOrCreate(static host => new CircuitRegistry(host), static registry => registry.ShowStates());

    public ServiceCircuits Create(ServiceState service) => new(service, _circuits);

    /// <summary>
    /// Whether refusals of a service keep its calls back; with <see cref="HttpCircuitBreakerMode.Observe"/> they are only reported.
    /// </summary>
    public bool Enforces(string serviceName) => FindService(serviceName)?.Enforces != false;

    public IReadOnlyList<CircuitSnapshot> GetAll() =>
    [
        .. Services.SelectMany(static service => service.Snapshots())
            .OrderBy(static circuit => circuit.ServiceName, StringComparer.Ordinal)
            .ThenBy(static circuit => circuit.Authority, StringComparer.Ordinal),
    ];

    public CircuitSnapshot? Find(string serviceName, string? authority = null)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        if (FindService(serviceName) is not { } service)
        {
            return null;
        }

        return authority is null or Authority.AnyAuthority ? service.Snapshots().MaxBy(Severity) : service.Find(authority);
    }

    public void Isolate(string serviceName, string reason, TimeSpan? duration = null, string? authority = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (duration is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(duration));
        }

        var service = Service(serviceName);
        if (!service.Enabled)
        {
            throw new InvalidOperationException(
                $"The circuit breaker of {ServiceText.Format(serviceName)} is switched off, so isolating it would stop no call. Switch " +
                $"it on first: Enabled and CircuitBreaker:Enabled.");
        }

        var one = Canonical(authority);
        if (one is not null && service.IsServiceScoped)
        {
            throw new ArgumentException(
                $"{ServiceText.Format(serviceName)} has one circuit for all authorities (CircuitBreaker:Scope is Service), so {one} " +
                $"cannot be isolated alone. Leave the authority out.",
                nameof(authority));
        }

        service.Isolate(reason, duration, one);
    }

    public void Reset(string serviceName, string? authority = null)
    {
        var service = Service(serviceName);
        if (!service.TryReset(Canonical(authority)))
        {
            var known = string.Join(", ", service.Snapshots().Select(static circuit => circuit.Authority));
            throw new ArgumentException(
                $"{ServiceText.Format(serviceName)} has no circuit for {authority}. Known circuits: {(known.Length > 0 ? known : "none")}.",
                nameof(authority));
        }
    }

    private static int Severity(CircuitSnapshot circuit) => circuit.State switch
    {
        CircuitState.Isolated => 3,
        CircuitState.Open => 2,
        CircuitState.HalfOpen => 1,
        _ => 0,
    };

    /// <summary>
    /// <see langword="null"/> for all circuits of a service, also where the one that stands for all in a listing is named.
    /// </summary>
    private static string? Canonical(string? authority)
    {
        if (authority is null or Authority.AnyAuthority)
        {
            return null;
        }

        return Authority.TryParse(authority, out var canonical)
            ? canonical
            : throw new ArgumentException(
                $"'{authority}' is not an authority. Write scheme, host and port: https://payments.internal:8443.", nameof(authority));
    }

    private ServiceCircuits Service(string serviceName)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        if (FindService(serviceName) is { } service)
        {
            return service;
        }

        var names = Services.Select(static known => known.ServiceName).Order(StringComparer.Ordinal);
        var known = string.Join(", ", names.Select(ServiceText.Format));
        throw new ArgumentException(
            $"There is no resilient client '{serviceName}'. Known clients: {(known.Length > 0 ? known : "none")}.", nameof(serviceName));
    }

    private ServiceCircuits? FindService(string name) => _host.FindService(name)?.Find<ServiceCircuits>();

    private void ShowStates() => Metrics.RegisterStateGauge(() => Services.SelectMany(static service => service.Current()));

    private void Publish(CircuitKey circuit, CircuitTransition transition, TransitionDetails details)
    {
        _feed.Publish(transition);
        ListenerGuard.Run(() => _log.Transition(transition, details, Enforces(circuit.Service)));
        ListenerGuard.Run(() => Metrics.RecordTransition(circuit, transition.From, transition.To));
    }
}
