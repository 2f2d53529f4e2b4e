using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What all resilient clients of one container share: clock, chance, loggers, meters, and one of each feature's shared parts.
/// </summary>
internal sealed class ResilienceRuntime(
    TimeProvider? clock = null,
    Func<double>? chance = null,
    ILoggerFactory? loggerFactory = null,
    IMeterFactory? meterFactory = null)
{
    private readonly ILoggerFactory _loggers = loggerFactory ?? NullLoggerFactory.Instance;
    private readonly InstanceCache _shared = new();
    private readonly ConcurrentDictionary<string, ServiceState> _services = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>The shutdown of the app that the clients belong to.</summary>
    public Shutdown Shutdown { get; } = new(clock ?? TimeProvider.System);

    /// <summary>Numbers drawn evenly from 0 (included) to 1 (excluded), from any thread.</summary>
    public Func<double> Chance { get; } = chance ?? SystemChance.Next;

    /// <summary>Knows how far this process is behind; <see langword="null"/> if its clock is not the machine's.</summary>
    public IProcessWatch? ProcessWatch { get; set; }

    /// <summary>The services that were added. A gauge that shows something of each walks these, and keeps no list of its own.</summary>
    public IEnumerable<ServiceState> Services => _services.Select(static service => service.Value);

    /// <summary>
    /// It is no longer called through. A meter keeps asking those who once showed it something, so they answer with nothing.
    /// </summary>
    public bool IsDisposed => _isOver;

    /// <summary>
    /// Whether a monitor looks at the traffic of the services. A service that comes later counts its calls from the start.
    /// </summary>
    public bool CountsTraffic { get; set; }

    /// <summary>The app is disposed: for what would otherwise wait forever.</summary>
    public event Action? Ended;

    public ServiceState? FindService(string name) => _services.GetValueOrDefault(name);

    /// <summary>Adds a service, unless there is one of its name.</summary>
    /// <returns>The service of that name.</returns>
    public ServiceState AddService(ServiceState service) => _services.GetOrAdd(service.Name, service);

    /// <summary>The container, or the handler that was made without one, is disposed.</summary>
    public void End()
    {
        _isOver = true;
        Ended?.Invoke();
    }

    /// <summary>
    /// Makes a logger. A call may end after its container was disposed, and its first failure may be the first to need one: it then gets
    /// one that logs nothing, because the caller is to get the outcome of the call.
    /// </summary>
    public ILogger CreateLogger(string category)
    {
        try
        {
            return _loggers.CreateLogger(category);
        }
        catch (ObjectDisposedException)
        {
            return NullLogger.Instance;
        }
    }

    /// <summary>Makes the meter of the library; <see langword="null"/> if nothing measures, or no longer.</summary>
    public Meter? CreateMeter()
    {
        try
        {
            return meterFactory?.Create(TelemetryNames.Source);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>A feature's part that exists once in the container, made when it is first asked for.</summary>
    /// <param name="create">Makes it; if two threads ask at once, the later one is dropped unused.</param>
    /// <param name="begin">Shows the one that stays to the outside.</param>
    public T GetOrCreate<T>(Func<ResilienceRuntime, T> create, Action<T>? begin = null) where T : class => _shared.Get(this, create, begin);
}
