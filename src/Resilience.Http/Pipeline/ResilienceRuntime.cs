using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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
    private readonly InstanceCache _shared = new();
    private volatile bool _isOver;

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>The shutdown of the app that the clients belong to.</summary>
    public Shutdown Shutdown { get; } = new(clock ?? TimeProvider.System);

    /// <summary>Numbers drawn evenly from 0 (included) to 1 (excluded), from any thread.</summary>
    public Func<double> Chance { get; } = chance ?? SystemChance.Next;

    public ILoggerFactory Loggers { get; } = loggerFactory ?? NullLoggerFactory.Instance;

    /// <summary>Knows how far this process is behind; <see langword="null"/> if its clock is not the machine's.</summary>
    public IProcessWatch? ProcessWatch { get; set; }

    /// <summary><see langword="null"/> if there is none: then nothing is measured.</summary>
    public IMeterFactory? Meters { get; } = meterFactory;

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

    /// <summary>The container, or the handler that was made without one, is disposed.</summary>
    public void End()
    {
        _isOver = true;
        Ended?.Invoke();
    }

    /// <summary>A feature's part that exists once in the container, made when it is first asked for.</summary>
    /// <param name="create">Makes it; if two threads ask at once, the later one is dropped unused.</param>
    /// <param name="begin">Shows the one that stays to the outside.</param>
    public T GetOrCreate<T>(Func<ResilienceRuntime, T> create, Action<T>? begin = null) where T : class => _shared.Get(this, create, begin);
}
